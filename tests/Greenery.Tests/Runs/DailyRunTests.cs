using Greenery.Runs;
using Greenery.Warehouse;
using Moq;

namespace Greenery.Tests.Runs;

/// <summary>The order of steps, by the results of steps and nothing else: one test for each way a run can go.</summary>
public sealed class DailyRunTests
{
    private static readonly RunLease Lease = new(7, Guid.NewGuid());

    private readonly List<string> _steps = [];
    private VerifyResult _verify = new(null);
    private DiscoverResult _discover = new(["users", "orders"], 2, null);
    private string? _loadRefusal;
    private bool _isRequired;
    private PlanResult _plan = new(
        [
            new PlanNode("dim_users", "core", [], IsBuilt: true, HasChecks: true),
            new PlanNode("fact_orders", "core", ["dim_users"], IsBuilt: true, HasChecks: false),
            new PlanNode("old", "core", [], IsBuilt: false, HasChecks: true),
            new PlanNode("buyers", "marketing", ["fact_orders", "old"], IsBuilt: true, HasChecks: true),
        ],
        IsNothingNew: false);
    private string? _buildRefusal;
    private string[] _checkFailures = [];
    private string[] _stagingFailures = [];
    private string? _conflict;
    private (string Step, StepFailure Failure)? _failure;

    [Fact]
    public Task A_daily_run_is_published() => AssertAsync(
        RunState.Published,
        "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "build:dim_users",
        "build:fact_orders", "build:buyers",
        "check:dim_users", "check:old", "check:buyers", "publish", "measure", "cleanup", "end published", "report",
        "tell");

    [Fact]
    public Task A_model_that_postgresql_refuses_ends_it_before_anything_is_loaded()
    {
        _verify = new VerifyResult("bad model");
        return AssertAsync(RunState.Refused, "verify", "cleanup", "end refused bad model", "report", "tell");
    }

    [Fact]
    public Task A_refused_drop_of_a_required_table_ends_it_after_all_loads()
    {
        _loadRefusal = "bad file";
        _isRequired = true;
        return AssertAsync(RunState.Refused, "verify", "discover", "load:users", "load:orders", "cleanup",
            "end refused bad file", "report", "tell");
    }

    [Fact]
    public Task A_refused_drop_is_said_with_what_is_published_without_it()
    {
        _loadRefusal = "bad file";
        _plan = _plan with { Held = "What depends on users keeps its earlier rows." };
        return AssertAsync(
            RunState.Published,
            "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "build:dim_users",
            "build:fact_orders", "build:buyers",
            "check:dim_users", "check:old", "check:buyers", "publish", "measure", "cleanup",
            "end published bad file\nWhat depends on users keeps its earlier rows.", "report", "tell");
    }

    [Fact]
    public Task A_refused_drop_with_nothing_else_new_ends_it_as_refused()
    {
        _loadRefusal = "bad file";
        _plan = new PlanResult([], IsNothingNew: true);
        return AssertAsync(
            RunState.Refused, "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "cleanup",
            "end refused bad file", "report", "tell");
    }

    [Fact]
    public Task A_check_that_fails_is_said_before_a_refused_drop()
    {
        _loadRefusal = "bad file";
        _checkFailures = ["2 of 4 rows fail"];
        return AssertAsync(
            RunState.ChecksFailed,
            "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "build:dim_users",
            "build:fact_orders", "build:buyers",
            "check:dim_users", "check:old", "check:buyers", "cleanup",
            "end checks_failed 2 of 4 rows fail\nbad file", "report", "tell");
    }

    [Fact]
    public Task A_failing_check_of_the_sources_ends_it_before_anything_is_built()
    {
        _stagingFailures = ["orders are two days old"];
        return AssertAsync(
            RunState.ChecksFailed,
            "verify", "discover", "load:users", "load:orders", "check:staging", "cleanup",
            "end checks_failed orders are two days old", "report", "tell");
    }

    [Fact]
    public Task An_empty_store_ends_it()
    {
        _discover = new DiscoverResult([], 0, "no drops");
        return AssertAsync(RunState.Unchanged, "verify", "discover", "check:staging", "cleanup",
            "end unchanged no drops", "report", "tell");
    }

    [Fact]
    public Task Nothing_new_ends_it_after_the_plan()
    {
        _discover = new DiscoverResult([], 0, null);
        _plan = new PlanResult([], IsNothingNew: true);
        return AssertAsync(
            RunState.Unchanged, "verify", "discover", "check:staging", "plan", "cleanup",
            "end unchanged Nothing new: what readers see is up to date.", "report", "tell");
    }

    [Fact]
    public Task With_nothing_new_only_what_depends_on_the_time_is_evaluated()
    {
        _plan = new PlanResult(
            [new PlanNode("old", "core", [], IsBuilt: false, HasChecks: true)], IsNothingNew: true, IsMeasured: true);
        return AssertAsync(
            RunState.Unchanged,
            "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "check:old", "measure",
            "cleanup", "end unchanged Nothing new: what readers see is up to date.", "report", "tell");
    }

    [Fact]
    public Task A_model_that_data_breaks_ends_it_and_what_reads_it_is_not_built()
    {
        _buildRefusal = "division by zero";
        return AssertAsync(
            RunState.Refused,
            "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "build:dim_users", "cleanup",
            "end refused division by zero", "report", "tell");
    }

    [Fact]
    public Task A_failing_check_ends_it_after_all_checks()
    {
        _checkFailures = ["2 of 4 rows fail", "1 of 4 rows fail"];
        return AssertAsync(
            RunState.ChecksFailed,
            "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "build:dim_users",
            "build:fact_orders", "build:buyers",
            "check:dim_users", "check:old", "check:buyers", "cleanup",
            "end checks_failed 2 of 4 rows fail\n1 of 4 rows fail", "report", "tell");
    }

    [Fact]
    public Task A_conflict_in_publishing_ends_it_without_key_figures()
    {
        _conflict = "reports.cities needs it";
        return AssertAsync(
            RunState.Refused,
            "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "build:dim_users",
            "build:fact_orders", "build:buyers",
            "check:dim_users", "check:old", "check:buyers", "publish", "cleanup", "end refused reports.cities needs it",
            "report", "tell");
    }

    [Fact]
    public Task A_step_that_fails_ends_it_and_people_are_notified()
    {
        _failure = ("build:fact_orders", new StepFailure(RunState.Failed, "The server is gone."));
        return AssertAsync(
            RunState.Failed,
            "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "build:dim_users",
            "build:fact_orders",
            "end failed The server is gone.", "report", "tell");
    }

    [Fact]
    public Task A_run_that_is_stopped_ends_as_cancelled()
    {
        _failure = ("discover", new StepFailure(RunState.Cancelled, "It was stopped."));
        return AssertAsync(RunState.Cancelled, "verify", "discover", "end cancelled It was stopped.", "report", "tell");
    }

    [Fact]
    public Task The_state_is_kept_when_the_report_fails()
    {
        _failure = ("report", new StepFailure(RunState.Failed, "No room."));
        return AssertAsync(
            RunState.Published,
            "verify", "discover", "load:users", "load:orders", "check:staging", "plan", "build:dim_users",
            "build:fact_orders",
            "build:buyers", "check:dim_users", "check:old", "check:buyers", "publish", "measure", "cleanup",
            "end published", "report", "tell");
    }

    [Fact]
    public async Task An_end_that_cannot_be_written_down_is_the_host_s_to_report()
    {
        _failure = ("end", new StepFailure(RunState.Failed, "The server is gone."));
        var exception = await Assert.ThrowsAsync<StepFailedException>(() => AssertAsync(RunState.Published));
        Assert.Equal("The server is gone.", exception.Message);
        Assert.Equal("end published", _steps[^1]);
    }

    private async Task AssertAsync(RunState state, params string[] steps)
    {
        var orchestration = new Mock<IOrchestration>(MockBehavior.Strict);
        Answer(orchestration, _ => _verify);
        Answer(orchestration, _ => _discover);
        Answer(orchestration, step => step.Subject == "users"
            ? new LoadStepResult(1, 1, 0, _loadRefusal, _isRequired)
            : new LoadStepResult(1, 1, 0, null));
        Answer(orchestration, _ => _plan);
        Answer(orchestration, step => new BuildResult(1, step.Subject == "dim_users" ? _buildRefusal : null));
        Answer(orchestration, step => new CheckStepResult(
            1, step.Subject == "dim_users" ? _checkFailures : step.Subject == RunStep.Staging ? _stagingFailures
                : [], 0));
        Answer(orchestration, _ => new PublishResult(_conflict));
        Answer(orchestration, step => new EndResult(EnumText.Parse<RunState>(step.Subject!)));
        Answer(orchestration, _ => new DoneResult(1));
        Assert.Equal(state, (await new DailyRun(orchestration.Object, Lease).RunAsync()).State);
        Assert.Equal(steps, _steps);
        // A host may replay it: the same results give the same steps.
        _steps.Clear();
        Assert.Equal(state, (await new DailyRun(orchestration.Object, Lease).RunAsync()).State);
        Assert.Equal(steps, _steps);
    }

    private void Answer<TResult>(Mock<IOrchestration> orchestration, Func<RunStep, TResult> answer) => orchestration
        .Setup(host => host.CallAsync<TResult>(It.Is<RunStep>(step => step.Lease == Lease)))
        .Returns(async (RunStep step) =>
        {
            _steps.Add(step.Kind == StepKind.End ? $"end {step.Subject} {step.Message}".TrimEnd() : step.Name);
            // A real host answers later, not before the call returns.
            await Task.Yield();
            return _failure is var (failing, failure) && step.Name == failing ? throw new StepFailedException(failure)
                : answer(step);
        });
}
