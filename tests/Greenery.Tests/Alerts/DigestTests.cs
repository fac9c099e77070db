using Greenery.Alerts.Digests;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Alerts;

/// <summary>The daily digest: once per person and business date, with what concerns them.</summary>
public sealed class DigestTests
{
    private const string All = "all@greenery.example";

    private const string Owner = "ops@greenery.example";

    [Fact]
    public async Task Each_person_gets_one_per_business_date_after_its_first_run()
    {
        await using var scenario = await StartAsync();
        await scenario.RunAsync();
        Assert.Equal(
            [
                $"{All}: Data of 2021-02-12: published, nothing open",
                $"{AlertScenario.Data}: Data of 2021-02-12: published, nothing open",
                "ops@greenery.example: Data of 2021-02-12: published, nothing open",
                $"{AlertScenario.Sales}: Data of 2021-02-12: published, nothing open",
            ],
            scenario.Notified().Order(StringComparer.Ordinal));
        await scenario.RunAsync();
        await Task.WhenAll(scenario.CheckAsync(), scenario.CheckAsync());
        Assert.Empty(scenario.Notified());

        scenario.Test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        await scenario.RunAsync();
        Assert.Equal(4, scenario.Notified()
            .Count(line => line.EndsWith("Data of 2021-02-13: published, nothing open", StringComparison.Ordinal)));
        // A day that is run again later is no news.
        await scenario.RunAsync(new RunRequest { Date = new DateOnly(2021, 2, 12), IsReload = true });
        Assert.Empty(scenario.Notified());
    }

    [Fact]
    public async Task It_holds_what_concerns_its_reader_and_all_for_a_plain_subscriber()
    {
        await using var scenario = await StartAsync();
        await scenario.RunAsync();
        scenario.Notified();
        scenario.Test.Put(
            "2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n14,x,4,2021-02-13\n");
        scenario.Test.ChangeSql(
            "sources.yml", "      - name: orders\n", "      - name: orders\n        config: {rejects: {fail: 90%}}\n");
        scenario.Test.ChangeSql("core/core.yml", "{min_value: 0}", "{min_value: 6, config: {severity: warn}}");
        await scenario.RunAsync();
        var digests =
            scenario.Mail.Taken.Where(taken => taken.Message.Title.StartsWith("Data of", StringComparison.Ordinal))
            .ToDictionary(taken => taken.To.Address, taken => taken.Message);
        Assert.Equal("Data of 2021-02-13: published, 2 things need you", digests[All].Title);
        var orders = Assert.Single(digests[All].Blocks.OfType<Block.Trends>().Single().Items);
        Assert.Equal(("Orders", "4", "+1 since the day before", "3 to 4 in 14 days"),
            (orders.Title, orders.Value, Assert.Single(orders.Changes), orders.Range));
        Assert.Equal(new decimal?[] { null, null, null, null, null, null, null, null, null, null, null, null, 3, 4 },
            orders.Points);
        Assert.Equal(
            [$"Warning core.fact_orders.amount.accepted_range ({AlertScenario.Data}): accepted_range on "
                + $"core.fact_orders.amount: 2 of 4 rows fail; found '4.00' (1), '5.00' (1); expected at least 6 "
                + "[2, before ] open for less than a minute",
                $"Warning staging.orders ({Owner}): 1 row of 2 is in quarantine and in no figure. [1, before ] new"],
            AlertScenario.Problems(digests[All]));

        // Who reads data gets none of the tables for those who look after it.
        Assert.Empty(digests[All].Blocks.OfType<Block.Facts>());
        Assert.Empty(Rows(digests[All], "Rows loaded"));
        Assert.Equal(["users | no drop |  | ", "orders | 2 | 1 | 1"], Rows(digests[Owner], "Rows loaded"));
        Assert.Equal(
            ["Data as of: 2021-02-13", "Last run: 2, published"],
            digests[Owner].Blocks.OfType<Block.Facts>().Single().Items.Take(2)
                .Select(fact => $"{fact.Name}: {fact.Value}"));

        // Sales has the view on orders: neither users nor core's figures and problems are theirs, but its rows are.
        Assert.Empty(digests[AlertScenario.Sales].Blocks.OfType<Block.Trends>());
        Assert.Equal("staging.orders",
            Assert.Single(digests[AlertScenario.Sales].Blocks.OfType<Block.Problems>().Single().Items).Subject);
        Assert.Equal("1 problem of others is open; the report lists them.",
            Assert.Single(AlertScenario.Paragraphs(digests[AlertScenario.Sales])));
        Assert.Equal(2, AlertScenario.Problems(digests[AlertScenario.Data]).Count);
    }

    [Fact]
    public async Task It_leads_with_the_day_against_a_usual_one()
    {
        await using var scenario = await StartAsync();
        scenario.Test.WriteSql("metrics/amount.sql", "-- Amount (EUR): of the orders.\nselect sum(amount) as value\n"
            + "from core.fact_orders\nwhere placed_on between :from_date and :to_date");
        scenario.Test.WriteSql("metrics/metrics.yml", "metrics: [{name: amount, direction: up_is_good}]");
        scenario.Test.Put("2021-02-12/orders.csv", "order_id,user_id,amount,placed_on\n1,1,15,2021-02-12\n"
            + "2,1,10,2021-02-05\n3,1,10,2021-01-29\n4,2,6,2021-02-11\n");
        await scenario.RunAsync();

        var digest = scenario.Mail.Taken.Single(taken => taken.To.Address == All).Message;
        Assert.Equal("Data of 2021-02-12: amount €15.00, 50 % above usual, nothing open", digest.Title);
        Assert.Equal("Amount on Friday, 12 February was €15.00, 50 % above a usual Friday.",
            AlertScenario.Paragraphs(digest)[0]);
        Assert.Equal(
            ["Amount | €15.00 | €10.00 (50 % above, better) | €10.00 | €21.00 | €41.00"],
            Rows(digest, "Friday, 12 February against the usual"));
    }

    [Fact]
    public async Task A_file_that_was_skipped_is_open_though_no_check_is()
    {
        await using var scenario = await StartAsync();
        scenario.Test.Put("2021-02-12/odres.csv", "order_id\n1\n");
        await scenario.RunAsync();

        var digests = scenario.Mail.Taken.Where(taken => taken.Message.Title.StartsWith("Data of",
            StringComparison.Ordinal)).ToDictionary(taken => taken.To.Address, taken => taken.Message);
        Assert.Equal("Data of 2021-02-12: published, 1 thing needs you", digests[Owner].Title);
        Assert.Equal("Data of 2021-02-12: published, nothing needs you", digests[AlertScenario.Sales].Title);
        Assert.Equal("Nothing needs you. 1 problem of others is open; the report lists them.",
            Assert.Single(AlertScenario.Paragraphs(digests[AlertScenario.Sales])));
    }

    [Fact]
    public async Task Campaigns_that_lose_what_their_mail_won_need_their_owner_and_what_moved_is_listed()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        var run = await test.RunAsync();
        var project = test.Project;
        var router = new Router(project, new AlertSettings { Channels = [new Channel("email", "email")] });
        var friday = new DateOnly(2026, 11, 20);
        var shop = new DigestShop(
            [new ShopCampaign("Spring", "It grows", new DateTime(2026, 11, 19, 8, 0, 0, DateTimeKind.Utc), 1204, 0.62m,
                0.2m, 340, 0.81m, 0.01m, true)],
            [.. Enumerable.Range(1, 7).Select(i =>
                new ShopMover("product", $"Plant {i}", friday, 10 * i, 40, 10 * i - 40)),
                new ShopMover("region", "Oslo, Norway", friday, 5, null, null)]);
        var data = new DigestData(
            run, null, [], Array.Empty<MetricPoint>().ToLookup(point =>
                point.Metric), [], [], [], shop, DateTime.UtcNow);
        var audiences = DigestAudience.AllOf(project, router)
            .ToDictionary(audience => audience.Recipient.Destination.Address);
        var marketing = new DigestMessage(project, router, data).Write(audiences["marketing@greenery.example"]);

        Assert.Equal(
            ["Warning campaign Spring (marketing@greenery.example): 62.0 % of 1,204 recipients opened the mail, and "
                + "81.0 % of 340 visits to its page left at once; 1.0 % bought. [, before ] sent 2026-11-19"],
            AlertScenario.Problems(marketing));
        Assert.Equal(
            ["Plant 1 | $10.00 | $40.00 | -$30.00", "Plant 7 | $70.00 | $40.00 | +$30.00",
                "Plant 2 | $20.00 | $40.00 | -$20.00", "Plant 6 | $60.00 | $40.00 | +$20.00",
                "Plant 3 | $30.00 | $40.00 | -$10.00"],
            Rows(marketing, "Products that moved"));
        Assert.Equal(["Oslo, Norway | $5.00 | - | -"], Rows(marketing, "Regions that moved"));
        Assert.True(audiences["data@greenery.example"].OwnsData);
    }

    [Fact]
    public async Task Models_whose_columns_have_other_types_keep_back_no_digest()
    {
        await using var scenario = await StartAsync();
        scenario.Test.WriteSql("marketing/campaign_performance.sql",
            """
            select distinct 'Spring' as campaign_name, timestamp '2021-02-12 08:00' as sent_at, 5 as impressions,
                'It grows' as subject, 0.5::float8 as open_rate, 0.5::real as click_through_rate, 7 as landing_page_sessions, 0.25::real as bounce_rate,
                1 as conversion_rate, true as needs_review
            from fact_orders
            """);
        scenario.Test.WriteSql("marketing/daily_movers.sql",
            """
            select distinct 'product' as kind, 'Fern' as name, timestamp '2021-02-12' as order_date,
                'NaN'::float8 as revenue, 1 as usual_revenue, 1 as revenue_change
            from fact_orders
            """);
        scenario.Test.WriteSql("marketing/marketing.yml",
            "models: [{name: campaign_performance, meta: {report: campaigns}}, "
            + "{name: daily_movers, meta: {report: movers}}]\n");
        Assert.Equal(RunState.Published, (await scenario.RunAsync()).State);

        var shop = await DigestShop.ReadAsync(scenario.Test.Database.Warehouse, scenario.Test.Project, default);

        Assert.Equal(
            new ShopCampaign("Spring", "It grows", new DateTime(2021, 2, 12, 8, 0, 0, DateTimeKind.Utc), 5, 0.5m, 0.5m,
                7, 0.25m, 1, true),
            Assert.Single(shop.Campaigns));
        Assert.Empty(shop.Movers);
        Assert.Equal(4, scenario.Mail.Taken.Count);
        Assert.Contains(
            "What marketing.daily_movers says is missing here: a column has another type than it had, or a number is "
                + "NaN, Infinity or of more than 28 digits.",
            AlertScenario.Paragraphs(scenario.Mail.Taken.Single(taken => taken.To.Address == All).Message));
    }

    [Fact]
    public async Task Rows_of_the_shop_that_are_slow_to_come_are_left_out_with_the_reason()
    {
        await using var scenario = await StartAsync();
        await using var connection = await scenario.Test.Database.Warehouse.ConnectAsync(default);

        var rows = await ReportRows.AskAsync(
            connection, "select pg_sleep(600)", TimeSpan.FromSeconds(2), default);

        Assert.Equal((null, "it took longer than 2 seconds"), rows);
    }

    [Fact]
    public async Task Alerts_do_not_wait_for_marts()
    {
        await using var scenario = await StartAsync();
        await scenario.Test.RunAsync();
        await using var reader = await scenario.Test.Database.Warehouse.ConnectAsync(default);
        await using var reading = await reader.BeginTransactionAsync();
        await reader.ExecuteAsync("lock table core.fact_orders in access exclusive mode", null, default);

        await scenario.CheckAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(4, scenario.Notified().Count);
    }

    [Fact]
    public async Task A_digest_that_cannot_be_written_does_not_hold_up_what_can_be_sent()
    {
        await using var scenario = await StartAsync();
        await scenario.Test.ExecuteAsync("alter table ops.digest rename to digest_elsewhere");
        scenario.DoubleUsers(true);

        var run = await scenario.RunAsync();

        Assert.Equal(RunState.ChecksFailed, run.State);
        Assert.NotEmpty(scenario.Notified());
        Assert.Contains(run.Notes, note => note.StartsWith("Step tell was not done: ", StringComparison.Ordinal));
        Assert.Contains("ops.digest", (await Assert.ThrowsAsync<Npgsql.PostgresException>(scenario.CheckAsync)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_when_nothing_was_published_and_what_readers_still_see()
    {
        await using var scenario = await StartAsync();
        await scenario.RunAsync();
        scenario.Notified();
        scenario.Test.Put("2021-02-13/users.csv", "wrong\n1\n");
        await scenario.RunAsync();
        var digest = scenario.Mail.Taken.Single(taken =>
            taken.To.Address == All && taken.Message.Title.StartsWith("Data of", StringComparison.Ordinal)).Message;
        Assert.Equal("Data of 2021-02-13: not published: refused, 1 thing needs you", digest.Title);
        Assert.Equal("Nothing new was published. Readers see run 1, data through 2021-02-12.",
            AlertScenario.Paragraphs(digest)[0]);
    }

    [Fact]
    public async Task It_says_what_a_refused_drop_kept_from_being_updated()
    {
        await using var scenario = await StartAsync();
        await scenario.RunAsync();
        scenario.Notified();
        scenario.Test.Put("2021-02-13/users.csv", "wrong\n1\n");
        scenario.Test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        await scenario.RunAsync();
        var digest = scenario.Mail.Taken.Single(taken =>
            taken.To.Address == All && taken.Message.Title.StartsWith("Data of", StringComparison.Ordinal)).Message;
        Assert.Equal("Data of 2021-02-13: published in part, 1 thing needs you", digest.Title);
        Assert.Equal("A drop was refused. Not updated: core.dim_users, marketing.fact_user_orders.",
            AlertScenario.Paragraphs(digest)[0]);
    }

    [Fact]
    public async Task It_waits_for_its_hour_and_for_the_end_of_quiet_hours()
    {
        await using var scenario = await StartAsync();
        // Where it is about noon just now: no midnight lies between.
        var noon = new LocalTime(
            TimeZoneInfo.CreateCustomTimeZone("noon", TimeSpan.FromHours(12 - scenario.Time.Now.Hour), null, null));
        var hour = TimeOnly.FromDateTime(noon.Of(scenario.Time.Now).AddHours(1));
        scenario.Settings = scenario.Settings with { DigestAt = hour, Local = noon };
        await scenario.RunAsync();
        Assert.Empty(scenario.Notified());
        scenario.Time.Advance(TimeSpan.FromHours(1.1));
        scenario.Settings = scenario.Settings with { Quiet = new QuietHours(hour.AddMinutes(-5), hour.AddMinutes(60)) };
        await scenario.CheckAsync();
        Assert.Empty(scenario.Notified());
        scenario.Time.Advance(TimeSpan.FromHours(1));
        await scenario.CheckAsync();
        Assert.Equal(4, scenario.Notified().Count);

        scenario.Settings = scenario.Settings with { HasDigests = false };
        scenario.Test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        await scenario.RunAsync();
        Assert.Empty(scenario.Notified());
    }

    private static async Task<AlertScenario> StartAsync()
    {
        var scenario = await AlertScenario.StartAsync();
        scenario.Settings = scenario.Settings with
            { HasDigests = true, Subscribers = [new Subscription(All, [], "x")] };
        return scenario;
    }

    private static List<string> Rows(Message message, string caption) => [.. message.Blocks.OfType<Block.Table>()
        .Where(table => table.Caption == caption).SelectMany(table => table.Rows)
        .Select(row => string.Join(" | ", row))];
}
