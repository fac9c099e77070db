using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Runs;

/// <summary>A run whose steps a test does by hand, as a host would that delivers them when it likes.</summary>
internal sealed class StepwiseRun(TestWarehouse test, LeaseKeeper keeper) : IAsyncDisposable, IOrchestration
{
    private readonly RunSteps _steps =
        new(test.Database.Warehouse, test.Store, test.Project, TimeProvider.System, test.PostRunActions);

    public RunLease Lease => keeper.Lease;

    /// <summary>How often <see cref="CallAsync"/> has each step done.</summary>
    public int Deliveries { get; set; } = 1;

    public static async Task<StepwiseRun> StartAsync(TestWarehouse test, RunRequest? request = null)
    {
        var start = await test.Pipeline()
            .StartAsync(request ?? new RunRequest(), RunLease.SessionHeldLength, CancellationToken.None);
        var keeper = LeaseKeeper.SessionHeld(test.Database.Warehouse, Assert.IsType<RunStart.Started>(start).Lease,
            TimeProvider.System);
        await Wait.UntilAsync(() => test.ValueAsync<bool>("select is_session_held from ops.lease"), () => false);
        return new StepwiseRun(test, keeper);
    }

    public Task<object> DoAsync(StepKind kind, string? subject = null) =>
        _steps.ExecuteAsync(new RunStep(kind, Lease, subject), CancellationToken.None);

    /// <summary>The steps up to, and without, the one named; every table's and every model's of a kind.</summary>
    public async Task DoUntilAsync(StepKind end)
    {
        foreach (var kind in Enum.GetValues<StepKind>().Where(kind => kind < end))
        {
            foreach (var subject in Subjects(kind))
            {
                await DoAsync(kind, subject);
            }
        }
    }

    public async Task<TResult> CallAsync<TResult>(RunStep step)
    {
        for (var i = 1; i < Deliveries; i++)
        {
            await _steps.ExecuteAsync(step, CancellationToken.None);
        }
        return (TResult)await _steps.ExecuteAsync(step, CancellationToken.None);
    }

    /// <summary>Ends the session that says that a user does the run, as the end of its process would.</summary>
    public const string CutWatch =
        """
        select pg_terminate_backend(pid, 5000) from pg_locks
        where locktype = 'advisory' and objsubid = 1 and database = (select oid from pg_database where datname = current_database())
        """;

    /// <summary>
    /// The process dies: it no longer renews the lease or holds its session lock. Steps can still be executed by hand,
    /// as those of a zombie process.
    /// </summary>
    public async Task DieAsync()
    {
        await keeper.DisposeAsync();
        await test.ExecuteAsync(CutWatch);
    }

    /// <summary>Another process takes the run over, as it would after this one's lease has run out.</summary>
    public Task LoseLeaseAsync() => test.ExecuteAsync("update ops.lease set token = gen_random_uuid()");

    public ValueTask DisposeAsync() => keeper.DisposeAsync();

    private IEnumerable<string?> Subjects(StepKind kind) => kind switch
    {
        StepKind.Load => test.Project.Catalogue.Sources.Select(source => (string?)source.Name),
        StepKind.Build or StepKind.Check => test.Project.Catalogue.Models.Select(model => (string?)model.Name),
        _ => [null],
    };
}
