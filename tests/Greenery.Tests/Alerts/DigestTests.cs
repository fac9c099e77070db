using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Tests.Alerts;

/// <summary>The daily digest: once per person and business date, with what concerns them.</summary>
public sealed class DigestTests
{
    private const string All = "all@greenery.example";

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
        Assert.Equal(
            ["users | no drop |  | ", "orders | 2 | 1 | 1"],
            Rows(digests[All], "Rows loaded"));
        var orders = Assert.Single(digests[All].Blocks.OfType<Block.Trends>().Single().Items);
        Assert.Equal(("Orders", "4", "+1 since the day before", "3 to 4 in 14 days"),
            (orders.Title, orders.Value, Assert.Single(orders.Changes), orders.Range));
        Assert.Equal(new decimal?[] { null, null, null, null, null, null, null, null, null, null, null, null, 3, 4 },
            orders.Points);
        Assert.Equal(
            [$"Warning core.fact_orders.amount.accepted_range ({AlertScenario.Data}): accepted_range on "
                + $"core.fact_orders.amount: 2 of 4 rows fail; found '4.00' (1), '5.00' (1); expected at least 6 "
                + "[2, before ] open for less than a minute"],
            AlertScenario.Problems(digests[All]));
        Assert.Equal(
            ["Data as of: 2021-02-13", "Last run: 2, published"],
            digests[All].Blocks.OfType<Block.Facts>().Single().Items.Take(2)
                .Select(fact => $"{fact.Name}: {fact.Value}"));
        Assert.Contains(Rows(digests[All], "Slowest models"), row =>
            row.StartsWith("core.fact_orders | ", StringComparison.Ordinal));

        // Sales has the view on orders: neither users nor core's figures and problems are theirs.
        Assert.Equal(["orders | 2 | 1 | 1"], Rows(digests[AlertScenario.Sales], "Rows loaded"));
        Assert.Empty(digests[AlertScenario.Sales].Blocks.OfType<Block.Trends>());
        Assert.Equal("Nothing is open.", Assert.Single(AlertScenario.Paragraphs(digests[AlertScenario.Sales])));
        Assert.Single(AlertScenario.Problems(digests[AlertScenario.Data]));
    }

    [Fact]
    public async Task It_says_when_nothing_was_published_and_what_readers_still_see()
    {
        await using var scenario = await StartAsync();
        await scenario.RunAsync();
        scenario.Notified();
        scenario.Test.Put("2021-02-13/users.csv", "");
        await scenario.RunAsync();
        var digest = scenario.Mail.Taken.Single(taken =>
            taken.To.Address == All && taken.Message.Title.StartsWith("Data of", StringComparison.Ordinal)).Message;
        Assert.Equal("Data of 2021-02-13: not published: refused, 1 problem open", digest.Title);
        Assert.Equal("Nothing new was published. Readers see run 1, data through 2021-02-12.",
            AlertScenario.Paragraphs(digest)[0]);
    }

    [Fact]
    public async Task It_says_what_a_refused_drop_kept_from_being_updated()
    {
        await using var scenario = await StartAsync();
        await scenario.RunAsync();
        scenario.Notified();
        scenario.Test.Put("2021-02-13/users.csv", "");
        scenario.Test.Put("2021-02-13/orders.csv", "order_id,user_id,amount,placed_on\n13,1,4,2021-02-13\n");
        await scenario.RunAsync();
        var digest = scenario.Mail.Taken.Single(taken =>
            taken.To.Address == All && taken.Message.Title.StartsWith("Data of", StringComparison.Ordinal)).Message;
        Assert.Equal("Data of 2021-02-13: published in part, 1 problem open", digest.Title);
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
