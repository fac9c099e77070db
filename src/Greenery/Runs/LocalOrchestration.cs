namespace Greenery.Runs;

/// <summary>Has the steps of a run done in this process.</summary>
public sealed class LocalOrchestration(StepExecutor executor, CancellationToken cancellationToken)
    : IOrchestration, IDisposable
{
    /// <summary>Steps done at the same time; more only compete for the database's cores.</summary>
    private static readonly int Parallelism = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>The connections that a run has at the same time: those of its steps, and the lease's.</summary>
    public static int MostConnections => (Parallelism * StepExecutor.MostConnections) + 1;

    private readonly SemaphoreSlim _slots = new(Parallelism);

    public async Task<TResult> CallAsync<TResult>(RunStep step)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return (await executor.ExecuteAsync(step, cancellationToken)).Read<TResult>();
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();
}
