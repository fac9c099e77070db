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
        "Data of 2026-11-23: revenue $18,240.50, 12 % above usual, 3 things need you",
        [
            new Block.Paragraph("Revenue on Monday, 23 November was $18,240.50, 12 % above a usual Monday. Orders: "
                + "214, "
                + "as usual. Conversion rate: 4.1 %, 0.3 points below usual."),
            new Block.Table("Monday, 23 November against the usual",
                ["Figure", "The day", "A usual Monday", "A week before", "7 days", "28 days"], [1, 2, 3, 4, 5],
            [
                ["Revenue", "$18,240.50", "$16,286.10 (12 % above, better)", "$17,010.00", "$112,410.20",
                    "$430,118.90"],
                ["Orders", "214", "213 (the same)", "220", "1,402", "5,511"],
                ["Conversion rate", "4.1 %", "4.4 % (0.3 points below, worse)", "4.3 %", "4.2 %", "4.3 %"],
            ]),
            new Block.Problems("Needs you",
            [
                new MessageProblem("campaign Winter plants", MessageSeverity.Warning, "crm@shop.example",
                    "62.0 % of 12,040 recipients opened the mail, and 81.0 % of 3,410 visits to its page left at once; "
                        + "0.6 % bought.", null, null, "sent 2026-11-22")
                {
                    Why = "The mail draws more people than usual, and the page it leads to does not keep what it "
                        + "promises.",
                },
                new MessageProblem("staging.events", MessageSeverity.Warning, "data@shop.example",
                    "33 rows of 36,821 are in quarantine and in no figure.", 33, null, "new"),
                new MessageProblem("core.dim_users.zipcode.not_null", MessageSeverity.Warning, "crm@shop.example",
                    "not_null on core.dim_users.zipcode: 14 of 8413 rows fail", 14, null,
                    "open for 3 days, since 2026-11-21")
                {
                    Why = "Every row has its zipcode; rows without it drop out of joins, filters and sums unseen.",
                },
            ]),
            new Block.Paragraph("1 problem of others is open; the report lists them."),
            new Block.Table("Products that moved", ["Product", "Mon 23 Nov", "Usual", "Change"], [1, 2, 3],
            [
                ["Monstera", "$1,210.00", "$640.00", "+$570.00"], ["Bamboo", "$80.00", "$310.00", "-$230.00"],
                ["Fiddle Leaf Fig", "$410.00", "$300.00", "+$110.00"],
            ], 22),
            new Block.Table("Regions that moved", ["Region", "Mon 23 Nov", "Usual", "Change"], [1, 2, 3],
                [["Texas, United States", "$2,105.00", "$1,480.00", "+$625.00"]]),
            new Block.Trends("Key figures over all days",
            [
                new Trend("Revenue", "$1,842,240.50", ["+$18,240.50 since the day before"],
                    [9100, 11250, 10820, 9740, 15200, 16010, 14800, 15100, 14650, 13900, 17540, 17010, 16280, 18240.5m],
                    "$9,100 to $18,241 in 14 days"),
                new Trend("Repeat rate", "79.8 %",
                    ["+0.2 points since the day before", "+1.1 points since last week"],
                    [0.781m, 0.783m, 0.782m, 0.785m, null, 0.787m, 0.787m, 0.789m, 0.791m, 0.790m, 0.794m, 0.795m,
                        0.796m, 0.798m], "78.1 % to 79.8 % in 14 days"),
            ]),
            new Block.Facts(
            [
                new Fact("Data as of", "2026-11-23"), new Fact("Last run", "128, published"),
                new Fact("Ended", "2026-11-24 05:12 (UTC)"),
            ]),
            new Block.Table("Rows loaded", ["Table", "Rows", "New or changed", "Quarantined"], [1, 2, 3],
            [
                ["users", "214", "180", "0"], ["orders", "1,204", "611", "2"], ["promos", "no drop", "", ""],
                ["events", "36,821", "36,788", "33"],
            ]),
            new Block.Table("Slowest models", ["Model", "Took", "Rows"], [1, 2],
                [["product.fact_page_views", "21.4 s", "36,788"], ["core.fact_orders", "9.2 s", "88,140"]], 3),
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
            + "{{DATE(2026-11-24T05:00:00Z)}}\u0000\u001b[31m\u007f\u202E\uD800 植物🌱\r\n.\r\nBcc: x@evil.example";
}
