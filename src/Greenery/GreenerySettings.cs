using Microsoft.Extensions.Configuration;

namespace Greenery;

/// <summary>
/// The settings of section <c>Greenery</c>, from environment variables (<c>Greenery__Warehouse</c>) or a settings file.
/// All have a default.
/// </summary>
public sealed record GreenerySettings
{
    private static readonly string[] Known =
    [
        "Warehouse", "Drops", "DropsContainer", "Sql", "Schedule", "TimeZone", "MaxAge", "Alerts", "Reports", "Url", "ApiKey", "LocalData",
    ];

    /// <summary>Npgsql connection string. Null: an embedded PostgreSQL on this machine.</summary>
    public string? Warehouse { get; init; }

    /// <summary>
    /// Folder, <c>https://account.blob.core.windows.net/container</c> (with the ambient identity), or storage connection
    /// string. Null: Azurite on this machine.
    /// </summary>
    public string? Drops { get; init; }

    /// <summary>The container, when <see cref="Drops"/> is a connection string.</summary>
    public string DropsContainer { get; init; } = "drops";

    /// <summary>The folder with sources.yml, core, marketing, product and ops; by default the one beside the program.</summary>
    public string Sql { get; init; } = Path.Combine(AppContext.BaseDirectory, "sql");

    /// <summary>Where the local services keep their data. Null: the user's folder for such things.</summary>
    public string? LocalData { get; init; }

    /// <summary>
    /// Where people reach this installation (<c>https://greenery.example</c>), for the links in messages. Null: messages
    /// carry no links.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>Reads and verifies the settings.</summary>
    /// <exception cref="FaultException">All that is wrong with them.</exception>
    public static GreenerySettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Greenery");
        var faults = section.GetChildren()
            .Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => new Fault(
                $"Greenery:{child.Key}",
                $"is no setting; expected {string.Join(", ", Known)}.{Suggestion.Sentence(child.Key, Known)}"))
            .ToList();
        var defaults = new GreenerySettings();
        var settings = new GreenerySettings
        {
            Warehouse = Text(section["Warehouse"]),
            Drops = Text(section["Drops"]),
            DropsContainer = Text(section["DropsContainer"]) ?? defaults.DropsContainer,
            Sql = Path.GetFullPath(Text(section["Sql"]) ?? defaults.Sql),
            LocalData = Text(section["LocalData"]),
            Url = Text(section["Url"]),
        };
        if (!Directory.Exists(settings.Sql))
        {
            faults.Add(new Fault(
                "Greenery:Sql", $"there is no folder {settings.Sql}; expected one with sources.yml, core, marketing, product and ops."));
        }
        return faults.Count == 0 ? settings : throw new FaultException(faults);
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
