namespace Greenery.FaultInjection;

/// <summary>A <c>greenery run</c> that something happens to while it is at work.</summary>
internal sealed class DisturbedProcess(
    DisturbedWarehouse life, DateOnly date, Random random, RunTiming tempo, IProgress<string>? progress)
{
    /// <param name="part">The disturbance begins within this part of the run.</param>
    /// <param name="disturbAsync">The disturbance.</param>
    /// <param name="changes">Settings of this process only; none by default.</param>
    /// <returns>Whether it came about; the run may have been over before.</returns>
    public async Task<bool> DisturbAsync(double part, Func<GreeneryProcess, Task> disturbAsync,
        IReadOnlyDictionary<string, string>? changes = null)
    {
        var before = await life.TokenAsync();
        using var process = life.RunWith(changes ?? new Dictionary<string, string>(), date);
        await life.UntilAtWorkAsync(process, before);
        await Task.Delay(tempo.Moment(random, part));
        if (process.HasEnded)
        {
            return false;
        }
        await disturbAsync(process);
        if (await process.EndAsync() is var exitCode and not 0)
        {
            // It may: the next process resumes it. But what it says of it is worth reading.
            progress?.Report($"it ended with {exitCode}: {process.Said.Trim()}");
        }
        return true;
    }
}
