using System.Net;
using System.Net.Sockets;
using System.Text;
using Greenery.Cli.Serving;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.Cli;

/// <summary>A burst of requests starves neither the people who query nor the monitor, and a run not itself.</summary>
public sealed class ServeLimitsTests
{
    [Fact]
    public async Task A_burst_is_answered_in_turn_and_the_rest_is_asked_to_come_back()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await using var serving =
            await Serving.StartAsync(CliProcess.On(test).With("Greenery__Schedule", "0 0 0 1 1 *"));
        await serving.GetAsync("/api/health");
        await using var locking = new NpgsqlConnection(test.Database.ConnectionString);
        await locking.OpenAsync();
        await using var transaction = await locking.BeginTransactionAsync();
        // What the page of a run reads, and neither the state of health nor the poll of serve.
        await locking.ExecuteAsync("lock table ops.run_model in access exclusive mode", null, CancellationToken.None);

        var accepted = ApiLimits.Usual.PermitLimit + ApiLimits.Usual.QueueLimit;
        var answers = Enumerable.Range(0, accepted + 60)
            .Select(_ => serving.Client.GetAsync("/api/runs/1")).ToList();
        await Wait.UntilAsync(
            () => Task.FromResult(answers.Count(answer => answer.IsCompleted) == 60), () => serving.HasExited);
        Task<int> WaitingAsync() => test.ValueAsync<int>("select count(*)::int from pg_stat_activity where datname = "
            + "current_database() and wait_event_type = 'Lock' and backend_type = 'client backend'");
        // Those that are let in still open their connections when the rest is already turned away.
        await Wait.UntilAsync(async () => await WaitingAsync() > 0, () => serving.HasExited);
        var health = await serving.GetAsync("/api/health").WaitAsync(TimeSpan.FromSeconds(30));
        var waiting = await WaitingAsync();
        await transaction.CommitAsync();

        Assert.Equal(200, health.Status);
        Assert.InRange(waiting, 1, ApiLimits.Usual.PermitLimit);
        var all = await Task.WhenAll(answers);
        Assert.Equal(accepted, all.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        var refused = all.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.Equal(60, refused.Count);
        Assert.All(refused, answer => Assert.Equal(ApiLimits.RetryAfter, answer.Headers.RetryAfter?.Delta));
        Assert.Equal(
            (429, "There are too many requests at the same time.",
                "Ask again after the seconds in the header Retry-After, and with fewer requests at once.",
                default(long?)),
            (await ApiResponse.OfAsync(refused[0])).Problem);
    }

    [Fact]
    public async Task Many_who_ask_for_the_report_get_the_same_page()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await using var serving =
            await Serving.StartAsync(CliProcess.On(test).With("Greenery__Schedule", "0 0 0 1 1 *"));

        var most = ApiLimits.Report.PermitLimit + ApiLimits.Report.QueueLimit;
        var pages = await Task.WhenAll(Enumerable.Range(0, most).Select(_ => serving.GetAsync("/api/report")));

        Assert.All(pages, page => Assert.Equal((200, pages[0].Text), (page.Status, page.Text)));
        await test.RunAsync();
        Assert.NotEqual(pages[0].Text, (await serving.GetAsync("/api/report")).Text);
        Assert.Equal(404, (await serving.GetAsync("/api/report?run=99")).Status);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nno header\r\n\r\n", "HTTP/1.1 400 Bad Request")]
    [InlineData("NO REQUEST AT ALL\r\n\r\n", "HTTP/1.1 400 Bad Request")]
    [InlineData("GET /api/nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 404 Not Found")]
    public async Task An_answer_that_no_route_gives_has_the_protecting_headers_once(string request, string status)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var serving = await Serving.StartAsync(
            CliProcess.On(test).With("Greenery__Schedule", "0 0 0 1 1 *"));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", serving.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));

        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        var head = answer.Split("\r\n\r\n")[0].Split("\r\n");

        Assert.Equal(status, head[0]);
        foreach (var header in new[]
        {
            "X-Content-Type-Options: nosniff", "Cache-Control: no-store", "X-Frame-Options: DENY",
            "Content-Security-Policy: frame-ancestors 'none'", "Referrer-Policy: no-referrer",
        })
        {
            Assert.Single(head, header);
        }
    }

    [Fact]
    public async Task A_run_does_not_wait_for_itself_in_the_smallest_pool_that_is_allowed()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var models = Enumerable.Range(1, 12).Select(number => $"wide_{number}").ToList();
        foreach (var model in models)
        {
            test.WriteSql($"core/{model}.sql", "select user_id, pg_sleep(0.05)::text as slept from users");
        }
        test.ChangeSql("core/core.yml", "version: 2\nmodels:\n", "version: 2\nmodels:\n" + string.Concat(
            models.Select(model => $"  - name: {model}\n    columns:\n      - name: user_id\n"
            + "        data_tests: [unique, not_null]\n")));
        // A connection that is not there at once counts as lost.
        await using var few = await PostgresWarehouse.OpenAsync(
            $"{test.Database.ConnectionString};Timeout=3;Maximum Pool Size={LocalOrchestration.MostConnections}",
            CancellationToken.None, leastConnections: LocalOrchestration.MostConnections);

        var report = await test.RunAsync(
            new Pipeline(few, test.Store, test.Project, TimeProvider.System, test.PostRunActions));

        Assert.Equal((RunState.Published, 0), (report.State, report.Retries));
    }
}
