using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Greenery.Functions.Orchestration;
using Greenery.Functions.Triggers;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Moq;
using NCrontab;

namespace Greenery.Functions.Tests;

/// <summary>What the Functions host reads of this one: names, triggers, host.json.</summary>
public sealed class HostTests
{
    [Fact]
    public void Every_kind_of_step_has_its_activity() => Assert.Equal(
        Enum.GetNames<StepKind>(), Activities.Of(Mock.Of<IPipelineHost>()).Select(activity => activity.Name));

    [Fact]
    public void No_function_shares_its_name() => Assert.Distinct(Functions().Select(function => function.Name));

    [Fact]
    public void No_route_is_open_but_the_one_that_verifies_a_signature() => Assert.All(
        Triggers<HttpTriggerAttribute>(), trigger => Assert.Equal(
            trigger.Route == "reports/{id}" ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function,
            trigger.AuthLevel));

    [Fact]
    public void Routes_are_those_of_the_other_host() => Assert.Equal(
        ["get health", "get report", "get reports/{id}", "get runs", "get runs/{id}", "post runs", "post "
            + "runs/{id}/cancel"],
        Triggers<HttpTriggerAttribute>().Select(trigger => $"{trigger.Methods![0]} {trigger.Route}").Order());

    [Fact]
    public void The_requests_to_try_are_of_every_route_and_of_no_other() => Assert.Equal(
        Triggers<HttpTriggerAttribute>().Select(trigger => $"{trigger.Methods![0].ToUpperInvariant()} "
            + trigger.Route!.Replace("{id}", "{{run}}", StringComparison.Ordinal)).Order(),
        Regex.Matches(
            File.ReadAllText(Path.Combine(Repository.Top, "test.http")), @"(?m)^([A-Z]+) \{\{url\}\}/api/([^?\s]+)")
            .Select(request => $"{request.Groups[1].Value} {request.Groups[2].Value}").Distinct().Order());

    [Fact]
    public void One_timer_without_settings_wakes_the_app_and_polls_when_a_host_starts()
    {
        var timer = Assert.Single(Triggers<TimerTriggerAttribute>());

        Assert.DoesNotContain('%', timer.Schedule);
        Assert.False(timer.RunOnStartup);
    }

    [Fact]
    public void The_version_is_that_which_the_host_fails_others_by() =>
        Assert.Equal(Durable("defaultVersion"), OrchestrationVersion.Current);

    // Half hours, quarters, a change of the clocks by half an hour, one across midnight, and the ends of the world.
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-26")]
    [InlineData("Europe/Berlin", "2026-10-22")]
    [InlineData("Asia/Kolkata", "2026-06-01")]
    [InlineData("Asia/Kathmandu", "2026-06-01")]
    [InlineData("Australia/Lord_Howe", "2026-04-02")]
    [InlineData("Australia/Lord_Howe", "2026-10-01")]
    [InlineData("America/St_Johns", "2026-03-05")]
    [InlineData("America/Santiago", "2026-09-03")]
    [InlineData("Africa/Cairo", "2026-04-21")]
    [InlineData("Pacific/Kiritimati", "2026-06-01")]
    [InlineData("Pacific/Pago_Pago", "2026-06-01")]
    public void A_day_is_due_at_a_wake_up_within_a_quarter_of_an_hour_of_its_time(string zone, string day)
    {
        var start = DateTime.Parse(day, CultureInfo.InvariantCulture);
        var wakeUps = CrontabSchedule.Parse(
            SchedulerFunctions.Interval, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            .GetNextOccurrences(start.AddDays(-1), start.AddDays(9))
            .Select(at => new DateTimeOffset(at, TimeSpan.Zero)).ToList();
        foreach (var expression in new[] { "0 24 0 * * *", "0 0 0 * * *", "0 30 2 * * *", "0 59 23 * * *" })
        {
            var schedule = RunSchedule.TryParse(expression, TimeZoneInfo.FindSystemTimeZoneById(zone))!;
            var found = wakeUps.Zip(wakeUps.Skip(1)).SelectMany(pair => schedule.Between(pair.First, pair.Second)
                .Select(run => (run.BusinessDate, Late: pair.Second - run.At))).ToList();

            Assert.Equal(
                Enumerable.Range(0, 8).Select(i => DateOnly.FromDateTime(start).AddDays(i)),
                found.Select(run => run.BusinessDate).Where(date =>
                    date >= DateOnly.FromDateTime(start) && date < DateOnly.FromDateTime(start).AddDays(8)));
            Assert.All(found, run => Assert.InRange(run.Late, TimeSpan.Zero, TimeSpan.FromMinutes(15)));
        }
    }

    [Fact]
    public void A_time_at_the_quarter_is_due_at_its_wake_up_although_clocks_differ_a_little()
    {
        var wakeUp = CrontabSchedule.Parse(
            SchedulerFunctions.Interval, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            .GetNextOccurrence(new DateTime(2026, 3, 1, 4, 59, 0));

        Assert.Equal(new DateTime(2026, 3, 1, 5, 0, 30), wakeUp);
    }

    [Fact]
    public void A_statement_gives_up_before_the_host_restarts_the_worker()
    {
        var limit = TimeSpan.Parse(HostJson().GetProperty("functionTimeout")
            .GetString()!, CultureInfo.InvariantCulture);

        Assert.InRange(FunctionLimits.Statement, limit / 2, limit - TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void Instances_begun_by_another_version_end() => Assert.Equal(
        ("Strict", "Fail"),
        (Durable("versionMatchStrategy"), Durable("versionFailureStrategy")));

    [Fact]
    public void Steps_at_once_find_their_connections()
    {
        var pool = Regex.Match(File.ReadAllText(Path.Combine(Repository.Top, "infra", "main.bicep")),
            @"(?m)^var pool = \{ size: (\d+),").Groups[1].Value;
        var atOnce = HostJson().GetProperty("extensions").GetProperty("durableTask")
            .GetProperty("maxConcurrentActivityFunctions").GetInt32();

        // A step has one for its lease, and those of its own; beside the steps there are a poll and a request.
        Assert.Equal(FunctionLimits.Connections, (atOnce * (StepExecutor.MostConnections + 1)) + 2);
        Assert.InRange(FunctionLimits.Connections, 4, int.Parse(pool, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void The_database_is_shared_among_as_many_scaling_groups_as_there_are() => Assert.Contains(
        // HTTP is one, Durable Functions are one, and each timer is one.
        $", groups: {2 + Triggers<TimerTriggerAttribute>().Count} }}\n",
        File.ReadAllText(Path.Combine(Repository.Top, "infra", "main.bicep")), StringComparison.Ordinal);

    [Fact]
    public void A_burst_of_requests_is_turned_away()
    {
        var http = HostJson().GetProperty("extensions").GetProperty("http");

        Assert.InRange(http.GetProperty("maxConcurrentRequests").GetInt32(), 2, 16);
        Assert.InRange(http.GetProperty("maxOutstandingRequests").GetInt32(), 16, 64);
    }

    [Fact]
    public void A_lease_outlasts_the_longest_pause_between_deliveries() =>
        Assert.True(RunLease.TimeLimitedLength > 2 * FunctionLimits.LongestDelay);

    [Fact]
    public async Task A_step_that_is_never_done_is_a_failed_step_with_its_name()
    {
        var context = new Mock<TaskOrchestrationContext>();
        context.Setup(host =>
            host.CallActivityAsync<StepReply>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .ThrowsAsync(new TaskFailedException(
            "Load", 7, new TaskFailureDetails("(unknown)", "Timeout value was exceeded.", null, null, null)));
        var step = new RunStep(StepKind.Load, new RunLease(1, Guid.NewGuid()), "orders");

        var failed = await Assert.ThrowsAsync<StepFailedException>(
            () => new DurableOrchestration(context.Object).CallAsync<LoadStepResult>(step));

        Assert.Equal(RunState.Failed, failed.Failure.EndsAs);
        Assert.Equal("The host did not get step load:orders done: Timeout value was exceeded.", failed.Failure.Message);
    }

    private static IEnumerable<(string Name, MethodInfo Method)> Functions() =>
        typeof(DurableOrchestration).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
        .Select(method => (method.GetCustomAttribute<FunctionAttribute>()!.Name, method));

    private static List<T> Triggers<T>() where T : Attribute =>
    [
        .. Functions().SelectMany(function => function.Method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<T>()).OfType<T>(),
    ];

    private static string? Durable(string name) =>
        HostJson().GetProperty("extensions").GetProperty("durableTask").GetProperty(name).GetString();

    private static JsonElement HostJson() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Top, "host.json"))).RootElement;
}
