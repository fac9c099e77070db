using System.Diagnostics;
using System.Text.Json;
using Greenery.Warehouse;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Greenery.Runs;

/// <summary>
/// Does one step for a host, the same way for all: remembered in <c>ops.step</c>, tried again where the error may be
/// gone the next time, stopped when a user asks for it or the run is taken over.
/// </summary>
public sealed class StepExecutor(
    PostgresWarehouse warehouse, RunSteps steps, LeaseKeeper keeper, TimeProvider time, IProgress<RunEvent>? progress)
{
    /// <summary>
    /// A step in which so many processes crashed is not retried: it takes its host down.
    /// </summary>
    public const int MaxCrashes = 5;

    /// <summary>For a step without a lease, which waits for mail servers and the like.</summary>
    private static readonly TimeSpan LongestAfterEnd = TimeSpan.FromMinutes(30);

    /// <summary>
    /// The connections that a step has at the same time: the one that holds its place in the ledger, the one it works
    /// on, and one for what it looks up meanwhile.
    /// </summary>
    public const int MostConnections = 3;

    private readonly StepStore _store = new(warehouse);

    /// <summary>Does the step, unless it is done already. Expected ends and errors are in the reply.</summary>
    /// <exception cref="OperationCanceledException">This process is to end; the step can be done by another
    /// one.</exception>
    /// <exception cref="InfrastructureException">The database has not answered for as long as the lease
    /// lasts.</exception>
    public async Task<StepReply> ExecuteAsync(RunStep step, CancellationToken cancellationToken)
    {
        if (keeper.IsUnreachable)
        {
            throw keeper.Unreachable;
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            // The end gives the lease back itself, and what follows has none.
            step.Kind < StepKind.End ? keeper.Lost : keeper.Silent,
            IsStoppable(step) ? keeper.Stopped : CancellationToken.None);
        using var span = RunTelemetry.StartStep(step);
        var start = time.GetTimestamp();
        try
        {
            var tries = 0;
            return new StepReply(await TimeLimit.RunAsync(
                step.Kind > StepKind.End ? LongestAfterEnd : Timeout.InfiniteTimeSpan, TimeLimit.Grace,
                async token => await Retrying(step, start).ExecuteAsync(
                    async attempt => await AttemptAsync(step, start, isRetry: tries++ > 0, attempt), token),
                stop.Token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (keeper.IsUnreachable && exception is not OutOfMemoryException)
        {
            // There is no ledger to write to, and no next step.
            RunTelemetry.Failed(step, span, ExceptionText.MessageOf(exception), time.GetElapsedTime(start));
            throw keeper.Unreachable;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return await FailAsync(step, span, start, keeper.Lost.IsCancellationRequested
                ? new LeaseLostException(step.Lease.RunId)
                : new StepFailedException(StepFailure.Stopped));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return await FailAsync(step, span, start, exception);
        }
    }

    // What puts an end to a run must not be stopped by the wish that it end.
    private static bool IsStoppable(RunStep step) => step.Kind < StepKind.CleanUp;

    private async Task<StepReply> FailAsync(RunStep step, Activity? span, long start, Exception exception)
    {
        await _store.FailAsync(step, FailureText.ForStepStore(exception));
        var failure = FailureText.From(exception);
        RunTelemetry.Failed(step, span, failure.Message, time.GetElapsedTime(start));
        progress?.Report(new RunEvent(RunEventKind.Failed, step, null, time.GetElapsedTime(start), failure.Message));
        return new StepReply(null, failure);
    }

    private ResiliencePipeline Retrying(RunStep step, long start) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments =>
                ValueTask.FromResult(arguments.Outcome.Exception is { } exception && Transient.Is(exception)),
            // Two and a half minutes in all: a managed database that fails over is back by then.
            MaxRetryAttempts = 9,
            Delay = TimeSpan.FromSeconds(1),
            MaxDelay = TimeSpan.FromSeconds(30),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = arguments =>
            {
                progress?.Report(new RunEvent(
                    RunEventKind.Retried, step, null, time.GetElapsedTime(start),
                    arguments.Outcome.Exception is { } exception ? ExceptionText.MessageOf(exception) : null));
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    // The ledger is part of the attempt: it lies in the database that may just be gone.
    private async Task<string> AttemptAsync(RunStep step, long start, bool isRetry, CancellationToken cancellationToken)
    {
        var connection = await warehouse.ConnectAsync(cancellationToken);
        try
        {
            return await AttemptAsync(connection, step, start, isRetry, cancellationToken);
        }
        finally
        {
            await AdvisoryLock.ReleaseAsync(connection);
        }
    }

    private async Task<string> AttemptAsync(
        NpgsqlConnection connection, RunStep step, long start, bool isRetry, CancellationToken cancellationToken)
    {
        var standing = await StepStore.BeginAsync(connection, step, isRetry, cancellationToken);
        if (standing.Result is { } remembered)
        {
            progress?.Report(new RunEvent(RunEventKind.Remembered, step, remembered, TimeSpan.Zero));
            return remembered;
        }
        Verify(step, standing);
        if (IsStoppable(step) && standing.Catalogue is { } begun && begun != steps.Catalogue)
        {
            // This host was deployed anew in the middle of the run.
            throw new StepFailedException(
                await RunReplacement.ReplaceAsync(warehouse, step.Lease, cancellationToken));
        }
        keeper.BeginRenewing();
        if (step.Kind < StepKind.End)
        {
            await Cluster.AwaitCommitsAsync(connection, cancellationToken);
        }
        progress?.Report(new RunEvent(RunEventKind.Started, step, null, TimeSpan.Zero));
        var meter = progress is null ? null : new RowMeter(step, time, progress);
        var done = await steps.ExecuteAsync(step, meter, cancellationToken);
        var result = JsonSerializer.Serialize(done, done.GetType());
        await StepStore.FinishAsync(connection, step, result, cancellationToken);
        RunTelemetry.Done(step, done, time.GetElapsedTime(start));
        progress?.Report(new RunEvent(RunEventKind.Done, step, done, time.GetElapsedTime(start)));
        return result;
    }

    private static void Verify(RunStep step, StepState standing)
    {
        if (standing.IsCancelled && IsStoppable(step))
        {
            throw new StepFailedException(StepFailure.Stopped);
        }
        if (standing.CrashCount >= MaxCrashes)
        {
            throw new StepFailedException(new StepFailure(RunState.Failed,
                $"Step {step.Name} is not retried: {standing.CrashCount} processes crashed in it. "
                + "See the host's logs of that time; most often the memory was not enough."));
        }
    }
}
