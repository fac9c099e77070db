using Greenery.Drops;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Hosting;

/// <summary>A workplace whose warehouse and drops are named in the settings, as in Azure; nothing is started for it.</summary>
/// <param name="settings">Must name warehouse and drops.</param>
/// <param name="time">The clock.</param>
/// <param name="statementTimeout">The longest a statement may take; shorter than the host's own limit for a step.</param>
public sealed class Deployment(GreenerySettings settings, TimeProvider time, TimeSpan statementTimeout) : IWorkplace, IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private PostgresWarehouse? _warehouse;
    private IDropStore? _store;

    public GreenerySettings Settings => settings;

    public TimeProvider Time => time;

    public Project Project { get; } = Project.Read(settings.Sql);

    public async Task<PostgresWarehouse> WarehouseAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _warehouse ??= await OpenAsync(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    public async Task<Pipeline> PipelineAsync(CancellationToken cancellationToken)
    {
        var warehouse = await WarehouseAsync(cancellationToken);
        _store ??= DropStores.Open(
            settings.Drops ?? throw Missing("Drops", "https://<account>.blob.core.windows.net/<container>"), settings.DropsContainer);
        return new Pipeline(warehouse, _store, Project, time, [], settings.TimeZone);
    }

    public async ValueTask DisposeAsync()
    {
        if (_warehouse is not null)
        {
            await _warehouse.DisposeAsync();
        }
        _opening.Dispose();
    }

    private async Task<PostgresWarehouse> OpenAsync(CancellationToken cancellationToken)
    {
        var setting = settings.Warehouse ?? throw Missing("Warehouse", "Host=...;Database=greenery;Username=...");
        var warehouse = await PostgresWarehouse.OpenAsync(setting, cancellationToken, statementTimeout);
        try
        {
            await new Migrations(warehouse, settings.Sql).RunAsync(cancellationToken);
            return warehouse;
        }
        catch
        {
            await warehouse.DisposeAsync();
            throw;
        }
    }

    private static FaultException Missing(string name, string example) =>
        new($"Greenery:{name}", $"is not set; this host starts nothing of its own. Expected something like \"{example}\".");
}
