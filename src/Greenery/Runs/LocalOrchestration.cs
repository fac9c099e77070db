using System.Text.Json;
using Greenery.Drops;
using Greenery.Warehouse;
using Polly;
using Polly.Retry;

namespace Greenery.Runs;

/// <summary>
/// Runs steps in this process and remembers them in <c>ops.step</c>: a finished step is not done again but answered from
/// the ledger, and attempts are counted there.
/// </summary>
public sealed class LocalOrchestration : IOrchestration, IDisposable
{
    /// <summary>Steps done at the same time; more only compete for the database's cores.</summary>
    private static readonly int Parallelism = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly PostgresWarehouse _warehouse;
    private readonly RunSteps _steps;
    private readonly TimeProvider _time;
    private readonly IProgress<RunEvent>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly SemaphoreSlim _slots = new(Parallelism);

    public LocalOrchestration(
        PostgresWarehouse warehouse, RunSteps steps, TimeProvider time, IProgress<RunEvent>? progress, CancellationToken cancellationToken) =>
        (_warehouse, _steps, _time, _progress, _cancellationToken) = (warehouse, steps, time, progress, cancellationToken);

    public async Task<TResult> CallAsync<TResult>(RunStep step)
    {
        await _slots.WaitAsync(_cancellationToken);
        var start = _time.GetTimestamp();
        try
        {
            // The ledger is part of the attempt: it lies in the database that may just be gone.
            return await Retrying(step, start).ExecuteAsync(async _ => await AttemptAsync<TResult>(step, start), _cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await FailAsync(step, Words(exception));
            _progress?.Report(new RunEvent(RunEventKind.Failed, step, null, _time.GetElapsedTime(start), exception.Message));
            throw;
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private ResiliencePipeline Retrying(RunStep step, long start) => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } exception && Transient.Is(exception)),
            // About half a minute in all: a managed database that fails over is back by then.
            MaxRetryAttempts = 6,
            Delay = TimeSpan.FromSeconds(1),
            MaxDelay = TimeSpan.FromSeconds(10),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = arguments =>
            {
                _progress?.Report(new RunEvent(
                    RunEventKind.Retried, step, null, _time.GetElapsedTime(start), arguments.Outcome.Exception?.Message));
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private async Task<TResult> AttemptAsync<TResult>(RunStep step, long start)
    {
        if (await BeginAsync(step) is { } remembered)
        {
            return JsonSerializer.Deserialize<TResult>(remembered)!;
        }
        _progress?.Report(new RunEvent(RunEventKind.Started, step, null, TimeSpan.Zero));
        var result = (TResult)await _steps.ExecuteAsync(step, _cancellationToken);
        await FinishAsync(step, JsonSerializer.Serialize(result));
        _progress?.Report(new RunEvent(RunEventKind.Done, step, result, _time.GetElapsedTime(start)));
        return result;
    }

    /// <summary>Counts the attempt; gives the result when the step is done already.</summary>
    private async Task<string?> BeginAsync(RunStep step)
    {
        await using var connection = await _warehouse.ConnectAsync(_cancellationToken);
        return await connection.FirstAsync<string>(
            """
            insert into ops.step as step (run_id, step, state) values (@RunId, @Name, 'running')
            on conflict (run_id, step) do update
            set attempts = step.attempts + case when step.state = 'done' then 0 else 1 end,
                state = case when step.state = 'done' then step.state else 'running' end
            returning case when state = 'done' then result::text end
            """,
            new { step.Lease.RunId, step.Name }, _cancellationToken);
    }

    private async Task FinishAsync(RunStep step, string result)
    {
        await using var connection = await _warehouse.ConnectAsync(_cancellationToken);
        await connection.RunAsync(
            """
            update ops.step set state = 'done', result = @result::jsonb, finished_at = clock_timestamp()
            where run_id = @RunId and step = @Name
            """,
            new { step.Lease.RunId, step.Name, result }, _cancellationToken);
    }

    // A statement's details may hold people's data; a defect's trace is what its mending needs.
    private static string Words(Exception exception) => exception switch
    {
        Npgsql.PostgresException refused => $"{refused.MessageText} ({refused.SqlState})",
        MachineryException or Npgsql.NpgsqlException or LeaseLostException or FaultException or DropChangedException
            or Azure.RequestFailedException => exception.Message,
        _ => exception.ToString(),
    };

    // The error is on its way up already; that the ledger could not be told of it must not hide it.
    private async Task FailAsync(RunStep step, string error)
    {
        try
        {
            await using var connection = await _warehouse.ConnectAsync(CancellationToken.None);
            await connection.RunAsync(
                """
                update ops.step set state = 'failed', error = @error, finished_at = clock_timestamp()
                where run_id = @RunId and step = @Name and state <> 'done'
                """,
                new { step.Lease.RunId, step.Name, error }, CancellationToken.None);
        }
        catch (Exception exception) when (exception is MachineryException or Npgsql.NpgsqlException)
        {
        }
    }
}
