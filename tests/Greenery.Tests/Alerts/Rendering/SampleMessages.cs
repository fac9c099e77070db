using Greenery.Alerts.Messages;

namespace Greenery.Tests.Alerts.Rendering;

/// <summary>Messages as the pipeline writes them, for the golden files.</summary>
internal static class SampleMessages
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 5, 12, 0, TimeSpan.Zero);

    private static readonly Link[] Links =
    [
        new("Open the report of run 128", new Uri("https://greenery.example/api/reports/128?expires=1798156800"
            + "&signature=5f2d1c0b9a8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a392817060504")),
    ];

    public static TheoryData<string> Names { get; } = [.. All.Keys];

    public static Message Named(string name) => All[name];

    private static Dictionary<string, Message> All => new()
    {
        ["failure"] = Failure,
        ["recovery"] = Recovery,
        ["infrastructure"] = Infrastructure,
        ["digest"] = Digest,
        ["hostile"] = Hostile,
    };

    private static Message Failure => new(
        "run-128:email:crm@shop.example", At, MessageSeverity.Error, "Nothing was published for 23 Nov: 2 checks fail",
        [
            new Block.Paragraph(
                "Readers keep the data of 22 Nov. Once the causes are mended, the next run publishes both days."),
            new Block.Facts(
            [
                new Fact("Data as of", "Sun 22 Nov 2026, run 127"),
                new Fact("Run", "128, started Tue 24 Nov, 05:00 UTC, 12 min"),
                new Fact("Loaded", "41,216 rows in 9 drops, 35 quarantined"),
            ]),
            new Block.Problems("What fails",
            [
                new MessageProblem(
                    "unique_dim_users_email", MessageSeverity.Error, "crm@shop.example",
                    "212 of 8,413 rows of core.dim_users have an email that another row has; expected none.", 212, null,
                    "new")
                {
                    Why = "Two accounts with one address are often one person, who would be written to twice.",
                    Affects = "core.int_user_orders, marketing.fact_user_orders and 3 more",
                    RowsSql = "set search_path to run_128, staging; with t as not materialized (select t.* from "
                        + "run_128.dim_users as t) select t.* from t where email in (select email from t group by "
                        + "email having count(*) > 1) order by email limit 100;",
                },
                new MessageProblem(
                    "accepted_range_fact_orders_order_total", MessageSeverity.Error, "finance@shop.example",
                    "3 rows of core.fact_orders have an order_total below 0; expected 0 or more.", 3, 1,
                    "worse, open for 2 days"),
                new MessageProblem(
                    "freshness_promos", MessageSeverity.Warning, "crm@shop.example",
                    "The last drop of promos is 3 days old; expected one a day.", null, null, "open for 3 days"),
            ]),
            new Block.Samples("Failing rows of unique_dim_users_email, 3 of 212",
                ["user_id", "email", "created_at"],
                [
                    ["5d2a9c1e-77aa-4a8e-9a51-0b7f3a1c2d10", "***", "2026-11-23 21:40:11+00"],
                    ["b1f0c2d4-0c7e-4b52-8a4e-5e6f7a8b9c0d", "***", "2026-11-23 21:40:12+00"],
                    ["e0d3a7b2-9f3c-4f0e-b2c1-3d4e5f6a7b8c", "***", "2026-11-23 21:40:12+00"],
                ], 209),
            new Block.Samples("Failing rows of accepted_range_fact_orders_order_total, 1 of 3",
                ["order_id", "user_id", "created_at", "order_cost", "order_total", "status"],
                [["0f1e2d3c-aaaa-4bbb-8ccc-1234567890ab", "5d2a9c1e-77aa-4a8e-9a51-0b7f3a1c2d10",
                    "2026-11-23 09:12:44+00", "41.90", "-8.10", "preparing"]],
                2),
        ],
        Links);

    private static Message Recovery => new(
        "run-129:teams:data", At.AddDays(1), MessageSeverity.Good,
        "All is right again: 2 checks have recovered, 24 Nov is published",
        [
            new Block.Paragraph("Readers see the data of 24 Nov since 05:14 UTC."),
            new Block.Problems("What is right again",
            [
                new MessageProblem("unique_dim_users_email", MessageSeverity.Good, "crm@shop.example",
                    "Every row of core.dim_users has an email of its own.", 0, 212, "recovered after 1 day"),
                new MessageProblem("freshness_promos", MessageSeverity.Good, "crm@shop.example",
                    "The last drop of promos is of today.", null, null, "recovered after 4 days"),
            ]),
        ],
        Links);

    private static Message Infrastructure => new(
        "infrastructure-130:email:data@shop.example", At.AddDays(2), MessageSeverity.Error,
        "The run for 25 Nov broke: the warehouse does not answer",
        [
            new Block.Paragraph(
                "Readers keep the data of 24 Nov. The run is tried again by the next wake-up, at 06:00 UTC."),
            new Block.Facts(
            [
                new Fact("Place", "db.shop.example:5432, step build of core.dim_users"),
                new Fact("Found", "57P03: the database system is shutting down"),
                new Fact("To do", "See that the server runs and takes connections, then start: greenery run"),
            ]),
        ],
        [Links[0]]);

    private static Message Digest => new(
        "digest-2026-11-24:email:mara@shop.example", At, MessageSeverity.Plain,
        "Your shop's data on Tuesday: revenue up, two checks open",
        [
            new Block.Paragraph("Everything of 23 Nov is in the marts. Orders and revenue rose; the e-mail about "
                + "winter plants brought most of it."),
            new Block.Facts(
            [
                new Fact("Data as of", "Mon 23 Nov 2026"), new Fact("Published", "05:12 UTC, after 11 min"),
                new Fact("Next run", "tomorrow, 05:00 UTC"),
            ]),
            new Block.Trends("Key figures",
            [
                new Trend("Revenue", "$18,240.50", ["+12 % since the day before", "+4 % since a week before"],
                    [9100, 11250, 10820, 9740, 15200, 16010, 14800, 15100, 14650, 13900, 17540, 17010, 16280, 18240.5m],
                    "$9,100 to $18,241 in 14 days"),
                new Trend("Repeat rate", "79.8 %",
                    ["+0.2 points since the day before", "+1.1 points since a week before"],
                    [0.781m, 0.783m, 0.782m, 0.785m, null, 0.787m, 0.787m, 0.789m, 0.791m, 0.790m, 0.794m, 0.795m,
                        0.796m, 0.798m], "78.1 % to 79.8 % in 14 days"),
                new Trend("Conversion", "4.1 %", ["-0.3 points since the day before"],
                    [0.039m, 0.041m, 0.043m, 0.040m, 0.038m, 0.044m, 0.045m, 0.043m, 0.042m, 0.041m, 0.040m, 0.043m,
                        0.044m, 0.041m], "3.8 % to 4.5 % in 14 days"),
            ]),
            new Block.Table("Loaded", ["Table", "Rows", "New", "Changed", "Quarantined"], [1, 2, 3, 4],
            [
                ["users", "214", "180", "34", "0"], ["orders", "1,204", "611", "593", "2"],
                ["order_items", "2,977", "2,977", "0", "0"],
                ["events", "36,821", "36,788", "0", "33"],
            ]),
            new Block.Problems("Open, oldest first",
            [
                new MessageProblem("freshness_promos", MessageSeverity.Warning, "crm@shop.example",
                    "The last drop of promos is 3 days old; expected one a day.", null, null, "open for 3 days"),
                new MessageProblem("not_null_dim_users_zipcode", MessageSeverity.Warning, "crm@shop.example",
                    "14 of 8,413 rows of core.dim_users have no zipcode.", 14, 15, "open for 1 day"),
            ]),
            new Block.Table("Slowest models", ["Model", "Rows", "Seconds"], [1, 2],
                [["product.fact_page_views", "36,788", "21.4"], ["core.fact_orders", "88,140", "9.2"],
                    ["marketing.user_repeat_signals", "8,413", "6.0"]]),
        ],
        [Links[0]]);

    /// <summary>What a name may hold, in every place a text can stand.</summary>
    private static Message Hostile => new(
        Nasty, At, MessageSeverity.Warning, Nasty,
        [
            new Block.Paragraph(Nasty),
            new Block.Facts([new Fact(Nasty, Nasty)]),
            new Block.Problems(Nasty, 
                [new MessageProblem(Nasty, MessageSeverity.Warning, Nasty, Nasty, 1, 2, Nasty)
                {
                    Why = Nasty, Affects = Nasty, RowsSql = Nasty,
                }]),
            new Block.Samples(Nasty, [Nasty, "title"], [[Nasty, "two\nlines\tand a tab"]]),
            new Block.Table(Nasty, [Nasty], [], [[Nasty]]),
            new Block.Trends(Nasty, [new Trend(Nasty, Nasty, [Nasty], [1, 2], Nasty)]),
        ],
        [new Link(Nasty, new Uri("https://greenery.example/?a=1&b=%22%3E%3Cb%3E")),
            new Link("Not a page", new Uri("javascript:alert(1)"))]);

    public const string Nasty =
        "<b onclick=\"x()\">Fern</b> & 'co' **bold** _it_ [tap](https://evil.example) # `x` "
            + "{{DATE(2026-11-24T05:00:00Z)}}"
        + "\u0000\u001b[31m\u007f\u202E\uD800 植物🌱\r\n.\r\nBcc: x@evil.example";
}
