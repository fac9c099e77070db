using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Runs;

/// <summary>A load says once a second how many rows it has read.</summary>
public sealed class RowMeterTests
{
    private static readonly RunStep Step = new(StepKind.Load, new RunLease(1, Guid.NewGuid()), "users");

    [Fact]
    public void Reports_are_a_second_apart_and_have_all_rows_so_far()
    {
        var time = new SteppingTime();
        var events = new List<RunEvent>();
        var meter = new RowMeter(Step, time, new Reaction(events.Add));
        foreach (var (seconds, rows) in new[] { (0.4, 10), (0.5, 10), (0.2, 5), (0.9, 5), (2.5, 70) })
        {
            time.Advance(seconds);
            meter.Report(rows);
        }

        Assert.Equal(
            [(new RowsRead(25, 1), 1.1), (new RowsRead(100, 2), 4.5)],
            events.Select(each => (Assert.IsType<RowsRead>(each.Result), each.Elapsed.TotalSeconds)));
        Assert.All(events, each => Assert.Equal((RunEventKind.Advanced, Step), (each.Kind, each.Step)));
    }
}
