using Greenery.Drops;
using Greenery.Reports;
using Greenery.Runs;

namespace Greenery.Hosting;

/// <summary>What follows from a host's settings.</summary>
public static class PipelineHostExtensions
{
    /// <summary>Which scheduled runs were done.</summary>
    public static async Task<ScheduledRunStore> ScheduledRunsAsync(
        this IPipelineHost host, CancellationToken cancellationToken) =>
        new(await host.WarehouseAsync(cancellationToken), host.Settings.Schedule);

    /// <summary>The page on the state of the data.</summary>
    public static async Task<StateReport> ReportAsync(this IPipelineHost host, CancellationToken cancellationToken) =>
        new(await host.WarehouseAsync(cancellationToken), host.Project, host.Time, host.Settings.TimeZone);

    /// <summary>
    /// The pipeline for one step of a run, for a host whose processes share its steps. A process that has another
    /// project than the run began with reads the folder again; if it still has, the step replaces the run by one that
    /// begins anew.
    /// </summary>
    public static async Task<Pipeline> PipelineForAsync(
        this IPipelineHost host, RunStep step, CancellationToken cancellationToken)
    {
        if (step.Kind == StepKind.Verify || (step.Kind < StepKind.End && await RunStore.CatalogueAsync(
            await host.WarehouseAsync(cancellationToken), step.Lease.RunId, cancellationToken) is { } begun
            && begun != host.Project.Hash))
        {
            host.RefreshProject();
        }
        return await host.PipelineAsync(cancellationToken);
    }

    /// <summary>
    /// The pipeline, with what follows a run's end: the page first, then the messages that point to it.
    /// </summary>
    /// <param name="host">Its settings say the rest.</param>
    /// <param name="drops">Setting <c>Greenery:Drops</c>, or its substitute.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationException">It is no place for drops.</exception>
    public static async Task<Pipeline> CreatePipelineAsync(
        this IPipelineHost host, string drops, CancellationToken cancellationToken)
    {
        var (settings, warehouse) = (host.Settings, await host.WarehouseAsync(cancellationToken));
        var named = settings.Drops is null ? null : DropStores.UsualSetting;
        var store = DropStores.Open(drops, settings.DropsContainer, named);
        var pages = ReportStores.OpenOrUnusable(drops, settings, named);
        return new Pipeline(
            warehouse,
            store,
            host.Project,
            host.Time,
            [
                new ReportPublishing(warehouse, await host.ReportAsync(cancellationToken), pages, settings.Project,
                    settings.KeepReports),
                await host.AlertingAsync(cancellationToken),
            ],
            settings.TimeZone,
            settings.Limits);
    }
}
