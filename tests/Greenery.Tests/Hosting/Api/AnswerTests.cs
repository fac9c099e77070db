using System.Text.RegularExpressions;
using Greenery.Hosting;
using Greenery.Hosting.Api;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Npgsql;

namespace Greenery.Tests.Hosting.Api;

/// <summary>What the routes answer, word for word.</summary>
public sealed partial class AnswerTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    [Fact]
    public async Task While_a_run_is_active_the_next_wish_is_answered_with_it()
    {
        await scenario.ForgetAsync();
        await scenario.PostAsync();

        var (status, title, detail, runId) = (await scenario.PostAsync()).Problem;

        Assert.Equal((409, "Not as things stand.", 1), (status, title, runId));
        Assert.Matches(
            @"^Run 1 is active on .+ \(process \d+\) since [-\d]+ [:\d]+Z\. One run at a time: "
            + @"wait for it, or stop it\.$",
            detail);
    }

    [Fact]
    public async Task A_key_gives_the_first_answer_again_and_none_to_another_wish()
    {
        await scenario.ForgetAsync();
        var first = await scenario.PostAsync(
            "{\"full_refresh\": true}", "application/json", ("Idempotency-Key", "nightly-7"));
        var again = await scenario.PostAsync("{\"full_refresh\":true,\"reload\":false}", "application/json",
            ("Idempotency-Key", " nightly-7 "));
        await scenario.EndAsync("checks_failed");
        var late = await scenario.PostAsync(
            "{\"full_refresh\": true}", "application/json", ("Idempotency-Key", "nightly-7"));

        Assert.Equal(202, first.Status);
        Assert.Equal([first, first], [again, late]);
        Assert.Equal(
            (422, "The key is taken.",
                "This Idempotency-Key started run 1 with another body. Use a new key for a new wish.", 1),
            (await scenario.PostAsync("", null, ("Idempotency-Key", "nightly-7"))).Problem);
        Assert.Equal("/api/runs/2", (await scenario.PostAsync("", null, ("Idempotency-Key", "nightly-8"))).Location);
    }

    [Fact]
    public async Task A_running_run_can_be_stopped_and_one_that_has_ended_cannot()
    {
        await scenario.ForgetAsync();
        await scenario.PostAsync();

        var stopped = await scenario.CancelAsync("1");
        Assert.Equal((202, "/api/runs/1"), (stopped.Status, stopped.Location));
        Assert.True(await scenario.Test.ValueAsync<bool>("select cancel_requested_at is not null from ops.run"));
        Assert.Equal(202, (await scenario.CancelAsync("1")).Status);

        await scenario.EndAsync("checks_failed");
        Assert.Equal(
            (409, "Not as things stand.", "Run 1 has ended as checks_failed; only a running one can be stopped.", 1),
            (await scenario.CancelAsync("1")).Problem);
    }

    [Fact]
    public async Task A_run_without_a_process_that_is_stopped_ends_at_once_and_its_end_is_logged()
    {
        await scenario.ForgetAsync();
        await scenario.PostAsync();
        await scenario.Test.ExecuteAsync("update ops.lease set expires_at = now()");
        var lines = new LogLines<RunsApi>();
        var api = new RunsApi(scenario.Host.Host, lines);

        var stopped = await ApiResponse.OfAsync(request => api.CancelAsync(request, "1", CancellationToken.None));

        Assert.Equal((202, "/api/runs/1"), (stopped.Status, stopped.Location));
        var line = Assert.Single(lines.All);
        Assert.Equal((LogLevel.Error, 1006, "Run 1 ended as cancelled. It was stopped before it was done."),
            (line.Level, line.Id.Id, line.Text));
        Assert.Equal(409, (await ApiResponse.OfAsync(
            request => api.CancelAsync(request, "1", CancellationToken.None))).Status);
        Assert.Single(lines.All);
    }

    [Fact]
    public async Task A_run_is_reported_as_the_command_line_tells_it()
    {
        await scenario.ForgetAsync();
        scenario.Test.Put("2021-02-12/users.csv",
            $"user_id,name,city\nx,Ana,Lisbon\n"
            + $"{string.Join('\n', Enumerable.Range(1, 400).Select(id => $"{id},Bo,Malmo"))}\n");
        await scenario.Test.RunAsync(new RunRequest { Date = new DateOnly(2021, 2, 12) });

        var answer = await scenario.ReadAsync("1");

        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        AssertGolden("run.json", Masked(answer.Text));
        Assert.Equal(
            """
            [
              {
                "run_id": 1,
                "state": "published",
                "business_date": "2021-02-12",
                "started_by": "cli",
                "started_at": "<time>",
                "finished_at": "<time>",
                "message": null,
                "is_partial": false,
                "project": "<hash>"
              }
            ]

            """,
            Masked((await scenario.ListAsync("?limit=1")).Text));
    }

    [Fact]
    public async Task Health_turns_when_nothing_was_published_for_too_long_and_names_the_daily_runs()
    {
        await scenario.ForgetAsync();
        scenario.Time.Now = SetTime.At("2021-02-12 06:00");
        await scenario.Host.PollAsync();
        Assert.Equal((503, """["No run was published yet."]"""), await ReasonsAsync());

        await scenario.Test.ExecuteAsync(
            """
            insert into ops.run (business_date, through_date, started_by, host, state, started_at, finished_at)
            values ('2021-02-12', '2021-02-12', 'schedule', 'test', 'published', '2021-02-12 05:00Z', '2021-02-12 05:10Z')
            """);
        Assert.Equal((200, "[]"), await ReasonsAsync());

        scenario.Time.Now = SetTime.At("2021-02-13 07:10");
        Assert.Equal((200, "[]"), await ReasonsAsync());

        scenario.Time.Now = SetTime.At("2021-02-14 05:00");
        var answer = await scenario.HealthAsync();
        Assert.Equal((503, "application/json"), (answer.Status, answer.ContentType));
        AssertGolden("health.json", WithoutHash(answer.Text));
    }

    [Fact]
    public async Task Broken_infrastructure_is_reported_in_plain_words_on_every_route()
    {
        foreach (var answer in await AllAsync(
            new InfrastructureException("database 'shop' on db:5432 cannot be used: it rests.")))
        {
            Assert.Equal(
                (503, "Infrastructure cannot be used now.", "database 'shop' on db:5432 cannot be used: it rests.",
                    null), answer.Problem);
        }
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_reported_and_is_no_defect()
    {
        var cut = new NpgsqlException(
            "Exception while reading from stream", new IOException("Connection reset by peer"));

        foreach (var answer in await AllAsync(cut))
        {
            Assert.Equal(
                (503, "Infrastructure cannot be used now.",
                    "The connection to database or storage was lost meanwhile. Try again in a moment.", null),
                answer.Problem);
        }
    }

    [Fact]
    public async Task Of_a_defect_callers_hear_where_the_log_has_it_and_nothing_else()
    {
        var log = new LogLines<RunsApi>();

        foreach (var answer in await AllAsync(new InvalidOperationException("Password=s3cret"), log))
        {
            Assert.Equal((500, "Greenery failed."), (answer.Problem.Status, answer.Problem.Title));
            var reference = Assert.Single(Reference().Matches(answer.Problem.Detail!)).Groups[1].Value;
            Assert.Contains(log.All, line => (line.Level, line.Id.Id) == (LogLevel.Error, 1020)
                && line.Text.Contains(reference, StringComparison.Ordinal)
                && line.Text.Contains(
                    "System.InvalidOperationException: Password=s3cret\n   at ", StringComparison.Ordinal));
        }
    }

    private async Task<(int Status, string Reasons)> ReasonsAsync()
    {
        var answer = await scenario.HealthAsync();
        return (answer.Status, Regex.Replace(answer.Json.GetProperty("reasons").GetRawText(), @"\s+(?=[""\]])", ""));
    }

    /// <summary>What all routes answer when warehouse and storage give nothing but an exception.</summary>
    private static async Task<ApiResponse[]> AllAsync(Exception exception, ILogger<RunsApi>? log = null)
    {
        var host = new Mock<IPipelineHost>();
        host.SetupGet(w => w.Time).Returns(TimeProvider.System);
        host.SetupGet(w => w.Settings).Returns(new GreenerySettings());
        host.Setup(w => w.WarehouseAsync(It.IsAny<CancellationToken>()))
            .Returns(Task.FromException<PostgresWarehouse>(exception));
        host.Setup(w => w.PipelineAsync(It.IsAny<CancellationToken>()))
            .Returns(Task.FromException<Pipeline>(exception));
        var (api, launcher) =
            (new RunsApi(host.Object, log ?? NullLogger<RunsApi>.Instance), new TestHost(host.Object));
        return
        [
            await ApiResponse.OfAsync(request => api.StartAsync(request, launcher.Control, CancellationToken.None)),
            await ApiResponse.OfAsync(request => api.ListAsync(request, CancellationToken.None)),
            await ApiResponse.OfAsync(_ => api.ReadAsync("1", CancellationToken.None)),
            await ApiResponse.OfAsync(request => api.CancelAsync(request, "1", CancellationToken.None)),
            await ApiResponse.OfAsync(request => api.ReportAsync(request, CancellationToken.None)),
            await ApiResponse.OfAsync(_ => api.HealthAsync(CancellationToken.None)),
        ];
    }

    private static void AssertGolden(string name, string text)
    {
        var file = Path.Combine(Repository.Top, "tests", "Greenery.Tests", "Hosting", "Api", "Golden", name);
        if (Environment.GetEnvironmentVariable("GREENERY_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, text);
        }
        Assert.Equal(File.ReadAllText(file), text);
    }

    private static string Masked(string json) => WithoutHash(
        Seconds().Replace(Time().Replace(json, "\"<time>\""), "\"seconds\": <seconds>"));

    private static string WithoutHash(string json) => Hash().Replace(json, "\"$1\": \"<hash>\"");

    [GeneratedRegex("\"(project|hash)\": \"[0-9a-f]{12}\"")]
    private static partial Regex Hash();

    [GeneratedRegex(@"""\d{4}-\d\d-\d\dT[\d:.]+Z""")]
    private static partial Regex Time();

    [GeneratedRegex(@"""seconds"": [\d.E-]+")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"^This is not the request's fault\. The host's log has the reason under ([0-9a-f]{8})\.$")]
    private static partial Regex Reference();
}
