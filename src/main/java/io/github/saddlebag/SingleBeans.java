package io.github.saddlebag;

import io.github.saddlebag.address.AllowedHosts;
import io.github.saddlebag.aggregate.EachItem;
import io.github.saddlebag.aggregate.OrderById;
import io.github.saddlebag.call.FollowRedirect;
import io.github.saddlebag.call.Verdict;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.endpoint.Hosts;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.single.Send;
import io.github.saddlebag.single.WriteItemRequest;
import io.github.saddlebag.support.BatchPool;
import org.apache.camel.Predicate;

/** The beans of requests of one item. */
final class SingleBeans {

    final Hosts hosts;

    SingleBeans(
            Made made,
            Settings settings,
            FormatBeans formats,
            EndpointBeans endpoint,
            BatchBeans batches,
            AdmissionBeans admission,
            CallBeans calls) {
        BatchPool eachPool = made.add("EachPool", new BatchPool(made.name("-each"), 1));

        made.add(
                "Each",
                new EachItem(
                        "direct:" + made.name("-call-single"),
                        eachPool,
                        batches.size,
                        admission.turns::ready,
                        settings.call().concurrency()));

        Rate hostRate = made.add("HostRate", Rate.perLane(settings.call().ratePerLane()));

        hosts = made.add("Hosts", new Hosts(endpoint.target, endpoint.breaker, endpoint.watch, hostRate));

        AllowedHosts allowedHosts =
                made.add("AllowedHosts", new AllowedHosts(settings.call().allowHosts()));

        WriteItemRequest itemRequest =
                made.add("ItemRequest", new WriteItemRequest(settings, formats.item, endpoint.target, hosts));
        itemRequest.init();

        made.add("EachOrder", new OrderById(settings.batch().orderById(), itemRequest::mayChange));

        made.add(
                "Send",
                new Send(
                        admission.turns,
                        admission.connections,
                        hosts,
                        allowedHosts,
                        calls.headers,
                        endpoint.retryPolicy,
                        endpoint.credentials,
                        calls.answer,
                        endpoint.stats));

        made.add("Redirect", new FollowRedirect(hosts, settings.single().maxRedirects()));

        made.<Predicate>add("IsAnswered", Verdict::isAnswered);
    }
}
