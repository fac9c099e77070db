using Greenery.Cli.Output;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Cli;

/// <summary>What a run says of itself while it is under way.</summary>
public sealed class ProgressTextTests
{
    private static readonly PlanNode Users = new("dim_users", "core", [], IsBuilt: true, HasChecks: true);
    private static readonly PlanNode Orders = new("fact_orders", "core", [], IsBuilt: true, HasChecks: false);

    private readonly SteppingTime _time = new();

    [Fact]
    public void Each_line_says_which_of_how_many_and_when()
    {
        var text = new ProgressText(_time, isLive: false);
        text.Take(Done(StepKind.Discover, null, new DiscoverResult(["users", "orders"], 3, null)));
        _time.Advance(2);

        Assert.Equal(
            "[green]loaded[/]    users: 3 rows [grey](0.1 s, table 1 of 2, 2.0 s into the run)[/]",
            text.Take(Done(StepKind.Load, "users", new LoadStepResult(3, 3, 0, null))));
        Assert.Equal(
            "[green]loaded[/]    orders: 3,000,000 rows, 250,000 rows/s "
            + "[grey](12.0 s, table 2 of 2, 2.0 s into the run)[/]",
            text.Take(Done(StepKind.Load, "orders", new LoadStepResult(3_000_000, 3, 0, null), seconds: 12)));
        Assert.DoesNotContain("rows/s", text.Take(
            Done(StepKind.Load, "small", new LoadStepResult(8, 3, 0, null), seconds: 2)), StringComparison.Ordinal);
        Assert.Equal(
            "[green]checked[/]   staging: 4 checks [grey](0.1 s, 2.0 s into the run)[/]",
            text.Take(Done(StepKind.Check, RunStep.Staging, new CheckStepResult(4, [], 0))));
        text.Take(Done(StepKind.Plan, null, new PlanResult([Users, Orders], false)));
        Assert.Equal(
            "[green]built[/]     fact_orders: 9 rows [grey](0.1 s, model 1 of 2, 2.0 s into the run)[/]",
            text.Take(Done(StepKind.Build, "fact_orders", new BuildResult(9, null))));
        Assert.Equal(
            "[green]checked[/]   dim_users: 1 check [grey](0.1 s, model 1 of 1, 2.0 s into the run)[/]",
            text.Take(Done(StepKind.Check, "dim_users", new CheckStepResult(1, [], 0))));
    }

    [Fact]
    public void A_long_load_says_its_rows_so_far_where_no_spinner_does()
    {
        var (plain, live) = (new ProgressText(_time, isLive: false), new ProgressText(_time, isLive: true));
        List<string?> lines = [];
        for (var second = 1; second <= 20; second++)
        {
            lines.Add(plain.Take(Advanced(second * 1000, second)));
            Assert.Null(live.Take(Advanced(second * 1000, second)));
        }

        Assert.Equal(
            [
                "[green]loading[/]   users: 10,000 rows so far, 1,000 rows/s",
                "[green]loading[/]   users: 20,000 rows so far, 1,000 rows/s",
            ],
            lines.OfType<string>());
    }

    [Fact]
    public void The_status_has_the_time_the_counts_and_what_is_at_work()
    {
        var text = new ProgressText(_time, isLive: true);
        text.Take(Done(StepKind.Discover, null, new DiscoverResult(["users", "orders"], 3, null)));
        text.Take(new RunEvent(RunEventKind.Started, Step(StepKind.Load, "users"), null, TimeSpan.Zero));
        text.Take(new RunEvent(RunEventKind.Started, Step(StepKind.Load, "orders"), null, TimeSpan.Zero));
        text.Take(Advanced(3000, 3));
        _time.Advance(3);
        Assert.Equal(
            "3.0 s, loaded 0 of 2 tables, load:users (3,000 rows so far, 1,000 rows/s), load:orders", text.Status);

        text.Take(Done(StepKind.Load, "users", new LoadStepResult(5000, 5000, 0, null)));
        Assert.Equal("3.0 s, loaded 1 of 2 tables, load:orders", text.Status);
    }

    [Fact]
    public void A_step_that_is_retried_is_at_work_once_and_its_rows_are_counted_anew()
    {
        var text = new ProgressText(_time, isLive: true);
        var started = new RunEvent(RunEventKind.Started, Step(StepKind.Load, "users"), null, TimeSpan.Zero);
        text.Take(started);
        text.Take(Advanced(3000, 3));

        text.Take(started with { Kind = RunEventKind.Retried, Error = "connection reset" });
        Assert.DoesNotContain("load:users", text.Status, StringComparison.Ordinal);

        text.Take(started);
        Assert.EndsWith(" s, load:users", text.Status, StringComparison.Ordinal);

        text.Take(Done(StepKind.Load, "users", new LoadStepResult(5000, 5000, 0, null)));
        Assert.DoesNotContain("load:users", text.Status, StringComparison.Ordinal);
    }

    // A run that another process began: its steps are read, not done.
    [Fact]
    public void Steps_that_an_earlier_process_did_count()
    {
        var text = new ProgressText(_time, isLive: false);
        Assert.Null(text.Take(Remembered(
            StepKind.Discover, null, """{"Tables":["users","orders"],"Drops":2,"Emptiness":null}""")));
        Assert.Null(text.Take(Remembered(
            StepKind.Load, "users", """{"Rows":3,"Changed":3,"Quarantined":0,"Refusal":null}""")));

        Assert.Equal(
            "[green]loaded[/]    orders: 3 rows [grey](0.1 s, table 2 of 2, 0.0 s into the run)[/]",
            text.Take(Done(StepKind.Load, "orders", new LoadStepResult(3, 3, 0, null))));
    }

    private static RunEvent Done(StepKind kind, string? subject, object result, double seconds = 0.1) =>
        new(RunEventKind.Done, Step(kind, subject), result, TimeSpan.FromSeconds(seconds));

    private static RunEvent Remembered(StepKind kind, string? subject, string json) =>
        new(RunEventKind.Remembered, Step(kind, subject), json, TimeSpan.Zero);

    private static RunEvent Advanced(long rows, int second) => new(
        RunEventKind.Advanced, Step(StepKind.Load, "users"), new RowsRead(rows, second), TimeSpan.FromSeconds(second));

    private static RunStep Step(StepKind kind, string? subject) =>
        new(kind, new RunLease(42, Guid.NewGuid()), subject);
}
