package io.github.saddlebag;

import io.github.saddlebag.address.AllowedHosts;
import io.github.saddlebag.aggregate.EachItem;
import io.github.saddlebag.aggregate.OrderById;
import io.github.saddlebag.call.FollowRedirect;
import io.github.saddlebag.call.IsAnswered;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.endpoint.Hosts;
import io.github.saddlebag.endpoint.Turns;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.single.Send;
import io.github.saddlebag.single.WriteItemRequest;
import io.github.saddlebag.support.BatchPool;

/** The beans of requests of one item. */
final class SingleBeans {

    final Hosts hosts;

    SingleBeans(
            Made made,
            Settings settings,
            FormatBeans formats,
            EndpointBeans endpoint,
            BatchBeans batches,
            CallBeans calls) {
        BatchPool eachPool = made.add("EachPool", new BatchPool());
        eachPool.setName(made.name("-each"));

        EachItem each = made.add("Each", new EachItem());
        each.setTo("direct:" + made.name("-call-single"));
        each.setPool(eachPool);
        each.setSize(batches.size);

        Rate hostRate = made.add("HostRate", new Rate());
        hostRate.setLimitPerHost(settings.single().ratePerHost());

        hosts = made.add("Hosts", new Hosts());
        hosts.setTarget(endpoint.target);
        hosts.setBreaker(endpoint.breaker);
        hosts.setWatch(endpoint.watch);
        hosts.setRate(hostRate);

        AllowedHosts allowedHosts = made.add("AllowedHosts", new AllowedHosts());
        allowedHosts.setHosts(settings.call().allowHosts());

        WriteItemRequest itemRequest = made.add("ItemRequest", new WriteItemRequest());
        itemRequest.setMode(settings.call().mode());
        itemRequest.setMethod(settings.single().method());
        itemRequest.setBody(formats.item);
        itemRequest.setFormat(settings.format().format());
        itemRequest.setTarget(endpoint.target);
        itemRequest.setHosts(hosts);
        itemRequest.setItems(settings.single().items());
        itemRequest.setId(settings.item().id());
        itemRequest.init();

        OrderById eachOrder = made.add("EachOrder", new OrderById());
        eachOrder.setOrder(settings.batch().orderById());
        eachOrder.setChanges(itemRequest);

        AsyncHttp connections = made.add("Connections", new AsyncHttp());
        connections.setMode(settings.call().mode());
        connections.setNetwork(endpoint.network);
        connections.setRate(endpoint.rate);
        connections.setConcurrency(settings.call().concurrency());
        connections.setHttpVersion(settings.single().httpVersion());
        connections.setConnections(settings.single().connections());
        connections.setConnectionsPerHost(settings.single().connectionsPerHost());
        connections.setDnsTtl(settings.single().dnsTtl());
        connections.setConnectTimeout(settings.call().connectTimeout());
        connections.setResponseTimeout(settings.call().responseTimeout());
        connections.setTotalTimeout(settings.single().totalTimeout());
        connections.setMaxBytes(settings.answer().maxBytes());
        connections.init();

        Turns turns = made.add("Turns", new Turns());
        turns.setStats(endpoint.stats);
        turns.setHttp(connections);
        turns.setCount(settings.call().concurrency());
        turns.setRate(endpoint.rate);
        turns.setRoom(endpoint.room);
        each.setWaiting(turns::ready, settings.call().concurrency());

        Send send = made.add("Send", new Send());
        send.setStats(endpoint.stats);
        send.setTurns(turns);
        send.setHttp(connections);
        send.setHosts(hosts);
        send.setAllowed(allowedHosts);
        send.setHeaders(calls.headers);
        send.setReader(calls.answer);
        send.setCredentials(endpoint.credentials);
        send.setPolicy(endpoint.retryPolicy);

        FollowRedirect redirect = made.add("Redirect", new FollowRedirect());
        redirect.setHosts(hosts);
        redirect.setMost(settings.single().maxRedirects());

        if (settings.call().mode().trim().equals("single")) {
            calls.status.setCallsInFlight(turns);
        }

        made.add("IsAnswered", new IsAnswered());
    }
}
