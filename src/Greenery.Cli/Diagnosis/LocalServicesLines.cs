using Greenery.Hosting;
using Greenery.LocalServices;

namespace Greenery.Cli.Diagnosis;

/// <summary>
/// Whether the local services are there for what no setting names. They are started where they were used before, as by
/// every command; they are not installed.
/// </summary>
internal sealed class LocalServicesLines
{
    private const string Subject = "local services";

    public LocalServicesLines(HostReading reading)
    {
        var options = new LocalServicesOptions();
        Options = reading.Settings.LocalData is { } folder ? options with { DataRoot = folder } : options;
        IsWarehouse = reading.Settings.Warehouse is null && !reading.IsWrong("Greenery:Warehouse");
        IsDrops = reading.Settings.Drops is null && !reading.IsWrong("Greenery:Drops");
        Lines = [Look()];
    }

    /// <summary>Where they keep their data.</summary>
    public LocalServicesOptions Options { get; }

    /// <summary>Whether the database is the local one.</summary>
    public bool IsWarehouse { get; }

    /// <summary>Whether the drops are in the local storage.</summary>
    public bool IsDrops { get; }

    /// <summary>Whether they can be started without an installation.</summary>
    public bool AreReady { get; private set; }

    public IReadOnlyList<DoctorLine> Lines { get; }

    private DoctorLine Look()
    {
        if (!IsWarehouse && !IsDrops)
        {
            return DoctorLine.Ok(Subject, "are not needed: settings name database and drops");
        }
        try
        {
            var node = new Node(Options).Find();
            AreReady = new LocalPackages(Options).AreInstalled
                && Directory.Exists(Path.Combine(Options.DataRoot, "services"));
            return AreReady
                ? DoctorLine.Ok(Subject, $"{Names} in {Options.DataRoot}, run by {node}")
                : DoctorLine.Warning(
                    Subject, $"{Names} were not used in {Options.DataRoot} yet; the first run installs and starts them "
                    + $"with {node}, and npm");
        }
        catch (InfrastructureException exception)
        {
            return DoctorLine.Failed(Subject, exception.Message);
        }
    }

    private string Names => (IsWarehouse, IsDrops) switch
    {
        (true, true) => "PostgreSQL and Azurite",
        (true, false) => "PostgreSQL",
        _ => "Azurite",
    };
}
