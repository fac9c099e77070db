using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// Reads once per run and process which models are held: every check step asks, and after the loads nothing of it
/// changes until the run ends.
/// </summary>
internal sealed class HeldModelsReader(Project project)
{
    private OfRun? _last;

    /// <summary>What holds for a run, whose drops are loaded.</summary>
    public async Task<HeldModels> ReadAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _last) is { } last && last.RunId == runId)
        {
            return last.Held;
        }
        var held = await HeldModels.ReadAsync(connection, project, runId, cancellationToken);
        Volatile.Write(ref _last, new OfRun(runId, held));
        return held;
    }

    private sealed record OfRun(long RunId, HeldModels Held);
}
