using Greenery.Alerts;
using Greenery.Alerts.Routing;
using Greenery.Drops;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Functions.Tests;

/// <summary>A test's daily run as a host's host.</summary>
internal sealed class DurablePipelineHost(TestWarehouse test) : IPipelineHost
{
    public GreenerySettings Settings { get; } = new();

    public TimeProvider Time => TimeProvider.System;

    public Task<ClockReading> ClockAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ClockReading(Time.GetUtcNow(), TimeSpan.Zero));

    public Project Project => test.Project;

    /// <summary>Where the drops are; the run's folder unless a test is about it.</summary>
    public IDropStore Store { get; set; } = test.Store;

    public Task<PostgresWarehouse> WarehouseAsync(CancellationToken cancellationToken) =>
        Task.FromResult(test.Database.Warehouse);

    public Task<Pipeline> PipelineAsync(CancellationToken cancellationToken) => Task.FromResult(test.Pipeline(Store));

    public Task<Alerting> AlertingAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new Alerting(test.Database.Warehouse, Project, new AlertSettings(), [], Time));
}
