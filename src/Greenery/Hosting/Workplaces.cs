using Greenery.Runs;

namespace Greenery.Hosting;

/// <summary>What follows from a workplace's settings.</summary>
public static class Workplaces
{
    /// <summary>When runs are due.</summary>
    public static Schedule Schedule(this IWorkplace workplace) =>
        Runs.Schedule.TryParse(workplace.Settings.Schedule, workplace.Settings.TimeZone)
        ?? throw new FaultException("Greenery:Schedule", $"'{workplace.Settings.Schedule}' is no NCRONTAB expression.");

    /// <summary>Which nights were done.</summary>
    public static async Task<SlotLedger> SlotsAsync(this IWorkplace workplace, CancellationToken cancellationToken) =>
        new(await workplace.WarehouseAsync(cancellationToken), workplace.Schedule());
}
