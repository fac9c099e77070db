namespace Greenery.Runs;

/// <summary>Counts the rows that an attempt of a load reads, and reports them once a second.</summary>
internal sealed class RowMeter(RunStep step, TimeProvider time, IProgress<RunEvent> progress) : IProgress<long>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _due = Interval;
    private long _rows;
    private int _count;

    /// <summary>Takes rows that were read since the last time. Drops of a batch are read side by side.</summary>
    public void Report(long value)
    {
        lock (_gate)
        {
            _rows += value;
            var elapsed = time.GetElapsedTime(_start);
            if (elapsed < _due)
            {
                return;
            }
            _due = elapsed + Interval;
            progress.Report(new RunEvent(RunEventKind.Advanced, step, new RowsRead(_rows, ++_count), elapsed));
        }
    }
}
