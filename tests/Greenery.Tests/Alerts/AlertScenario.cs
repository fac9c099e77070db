using Greenery.Alerts;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts;

/// <summary>The tiny shop, with people who are notified: by mail, and in a team's channel.</summary>
internal sealed class AlertScenario : IAsyncDisposable
{
    public const string Data = "data@greenery.example";

    public const string Sales = "sales@greenery.example";

    private AlertScenario(TestWarehouse test) => Test = test;

    public TestWarehouse Test { get; }

    /// <summary>As late as the database's, until a test sets it.</summary>
    public TestTime Time { get; } = new(DateTime.UtcNow);

    public RecordingTransport Mail { get; } = new("email");

    public RecordingTransport Teams { get; } = new("teams");

    public AlertSettings Settings { get; set; } = new()
    {
        Channels = [new Channel("email", "email"), new Channel("shop-team", "teams")],
        Owner = "ops@greenery.example",
        HasDigests = false,
    };

    public Alerting Alerting => new(Test.Database.Warehouse, Test.Project, Settings, [Mail, Teams], Time);

    /// <summary>dim_users and fact_orders belong to data@, daily_sales belongs to sales@.</summary>
    public static async Task<AlertScenario> StartAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        foreach (var model in new[] { "dim_users", "fact_orders" })
        {
            test.ChangeSql("core/core.yml", $"- name: {model}\n", $"- name: {model}\n    meta: {{owner: {Data}}}\n");
        }
        test.ChangeSql(
            "product/product.yml", "- name: daily_sales\n", $"- name: daily_sales\n    meta: {{owner: {Sales}}}\n");
        return new AlertScenario(test);
    }

    /// <summary>One run, and what follows it.</summary>
    public Task<RunReport> RunAsync(RunRequest? request = null)
    {
        if (Time.Now < DateTime.UtcNow)
        {
            Time.Set(DateTime.UtcNow);
        }
        Test.PostRunActions = [Alerting];
        return Test.RunAsync(request);
    }

    public Task CheckAsync() => Alerting.CheckAsync(CancellationToken.None);

    /// <summary>The notifications since the last call, as lines: <c>address: title</c>.</summary>
    public List<string> Notified()
    {
        var lines = Mail.Taken.Concat(Teams.Taken).Select(taken => $"{taken.To.Address}: {taken.Message.Title}")
            .ToList();
        Mail.Clear();
        Teams.Clear();
        return lines;
    }

    /// <summary>The lines of a message's table of problems.</summary>
    public static List<string> Problems(Message message) =>
        [.. message.Blocks.OfType<Block.Problems>().SelectMany(block => block.Items)
        .Select(item =>
        $"{item.Severity} {item.Subject} ({item.Owner}): {item.Text} [{item.Failing}, before {item.Before}] "
        + $"{item.Change}")];

    public static List<string> Paragraphs(Message message) =>
        [.. message.Blocks.OfType<Block.Paragraph>().Select(block => block.Text)];

    /// <summary>The rows that a check finds wrong.</summary>
    public void DoubleUsers(bool isDoubled) => Test.WriteSql("core/dim_users.sql", isDoubled
        ? "select user_id, name, city from users union all select user_id, name, city from users where user_id = 2\n"
        : "select user_id, name, city from users\n");

    public ValueTask DisposeAsync() => Test.DisposeAsync();
}
