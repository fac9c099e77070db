namespace Greenery.Hosting;

/// <summary>What the settings name, as in Azure; nothing is started.</summary>
internal sealed class ConfiguredConnections(GreenerySettings settings) : IConnections
{
    public Task<string> WarehouseAsync(CancellationToken cancellationToken) =>
        Required(settings.Warehouse, "Warehouse", "Host=...;Database=greenery;Username=...");

    public Task<string> DropsAsync(CancellationToken cancellationToken) =>
        Required(settings.Drops, "Drops", "https://<account>.blob.core.windows.net/<container>");

    private static Task<string> Required(string? setting, string name, string example) => setting is not null
        ? Task.FromResult(setting)
        : throw new ConfigurationException($"Greenery:{name}",
            $"is not set; this host starts nothing of its own. Expected something like \"{example}\". On your machine, "
            + "'greenery services up --settings local.settings.json' starts local services and sets it.");
}
