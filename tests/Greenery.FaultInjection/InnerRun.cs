using Greenery.Drops;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>A run in this process, with a clock of its own, that something happens to while it is at work.</summary>
internal sealed class InnerRun(
    DisturbedWarehouse life, DateOnly date, Random random, RunTiming tempo, ICollection<string> faults,
    IProgress<string>? progress)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <param name="setting">The connection string.</param>
    /// <param name="time">The run's clock.</param>
    /// <param name="part">The disturbance begins within this part of the run.</param>
    /// <param name="disturbAsync">The disturbance.</param>
    /// <returns>Whether it came about; the run may have been over before.</returns>
    public async Task<bool> DisturbAsync(string setting, TimeProvider time, double part, Func<Task> disturbAsync)
    {
        await life.Afterwards;
        await using var warehouse = await PostgresWarehouse.OpenAsync(setting, default);
        var pipeline = new Pipeline(
            warehouse, DropStores.Open(life.Services.Storage, "drops"), life.Project, time, []);
        var run = pipeline.RunAsync(new RunRequest { Date = date }, null, default);
        await Task.Delay(tempo.Moment(random, part));
        if (run.IsCompleted)
        {
            await EndAsync(run);
            return false;
        }
        await disturbAsync();
        await EndAsync(run);
        return true;
    }

    private async Task EndAsync(Task<RunOutcome> run)
    {
        try
        {
            var outcome = await run.WaitAsync(Patience);
            if (outcome.State is not (RunState.Published or RunState.Unchanged))
            {
                progress?.Report($"it ended as {outcome.State}: {outcome.Message}");
            }
        }
        catch (TimeoutException) when (!run.IsCompleted)
        {
            faults.Add($"it did not end within {Patience.TotalMinutes} minutes");
        }
        catch (Exception exception) when (exception is InfrastructureException or LeaseLostException or NpgsqlException)
        {
            // What the hosts report: the next process resumes the run.
            progress?.Report($"it ended with {exception.GetType().Name}: {exception.Message}");
        }
    }
}
