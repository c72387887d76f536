package io.github.saddlebag.wire;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.template.ItemTemplate;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A request that is its items one after the other, with something before, between and after them. */
final class ListRequest {

    private final byte[] head;
    private final byte[] between;
    private final byte[] tail;
    private final ItemTemplate template;

    /** @param template what stands for each item */
    ListRequest(String head, ItemTemplate template, String between, String tail) {
        this.head = head.getBytes(StandardCharsets.UTF_8);
        this.between = between.getBytes(StandardCharsets.UTF_8);
        this.tail = tail.getBytes(StandardCharsets.UTF_8);
        this.template = template;
    }

    byte[] write(List<Item> items) {
        return template.isItemItself() ? copied(items) : templated(items);
    }

    /** The items as they stand, in an array of just the right size. */
    private byte[] copied(List<Item> items) {
        int size = head.length + tail.length + between.length * Math.max(0, items.size() - 1);
        for (Item item : items) {
            size += item.wire().length;
        }
        byte[] body = new byte[size];
        int at = put(head, body, 0);
        boolean first = true;
        for (Item item : items) {
            if (!first) {
                at = put(between, body, at);
            }
            first = false;
            at = put(item.wire(), body, at);
        }
        put(tail, body, at);
        return body;
    }

    private static int put(byte[] bytes, byte[] body, int at) {
        System.arraycopy(bytes, 0, body, at, bytes.length);
        return at + bytes.length;
    }

    private byte[] templated(List<Item> items) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
        body.writeBytes(head);
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                body.writeBytes(between);
            }
            template.write(items.get(i), i, body);
        }
        body.writeBytes(tail);
        return body.toByteArray();
    }

    /** The bytes of an item with what separates it from the next. */
    long wireBytes(Item item) {
        return between.length + template.size(item);
    }

    ItemTemplate template() {
        return template;
    }
}
