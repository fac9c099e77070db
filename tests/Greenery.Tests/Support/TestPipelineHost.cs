using Greenery.Alerts;
using Greenery.Alerts.Routing;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Tests.Support;

/// <summary>What a host has to work with, on a daily run's database and drops.</summary>
internal sealed class TestPipelineHost(TestWarehouse test, TimeProvider time, string schedule = RunSchedule.Default,
    string zone = "UTC") : IPipelineHost
{
    public GreenerySettings Settings { get; } = new()
    {
        Sql = test.Sql,
        Schedule = RunSchedule.TryParse(schedule, TimeZoneInfo.FindSystemTimeZoneById(zone))!,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone),
    };

    public TimeProvider Time => time;

    /// <summary>The database's clock, too.</summary>
    public Task<ClockReading> ClockAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ClockReading(time.GetUtcNow(), TimeSpan.Zero));

    public Project Project { get; } = test.Project;

    public Task<PostgresWarehouse> WarehouseAsync(CancellationToken cancellationToken) =>
        Task.FromResult(test.Database.Warehouse);

    public Task<Pipeline> PipelineAsync(CancellationToken cancellationToken) => Task.FromResult(
        new Pipeline(test.Database.Warehouse, test.Store, Project, time, test.PostRunActions, Settings.TimeZone));

    public Task<Alerting> AlertingAsync(CancellationToken cancellationToken) => Task.FromResult(
        new Alerting(test.Database.Warehouse, Project, new AlertSettings(), [], time));
}
