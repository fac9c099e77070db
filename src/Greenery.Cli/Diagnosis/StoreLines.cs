using Greenery.Drops;
using Greenery.Hosting;
using Greenery.Reports;

namespace Greenery.Cli.Diagnosis;

/// <summary>Whether the drops can be read, and the place of the reports reached.</summary>
internal sealed class StoreLines(HostReading reading, LocalServicesLines local, LocalConnections connections)
{
    private const string NotKnown = "was not looked at: where the drops are is not known, see above";

    // Listing all of a large container takes minutes.
    private const int FilesCounted = 1000;

    private bool IsKnown => !reading.IsWrong(DropStores.UsualSetting) && (!local.IsDrops || local.AreReady);

    public async Task<IReadOnlyList<DoctorLine>> ReadDropsAsync(CancellationToken cancellationToken)
    {
        if (!IsKnown)
        {
            return [DoctorLine.Warning("drops", NotKnown)];
        }
        var store = DropStores.Open(
            await connections.DropsAsync(cancellationToken), reading.Settings.DropsContainer, Setting);
        var (files, faults) = (0, new List<DropFile>());
        await foreach (var file in store.ListAsync(cancellationToken))
        {
            files++;
            if (file.Fault is not null)
            {
                faults.Add(file);
            }
            if (files == FilesCounted)
            {
                break;
            }
        }
        var found = files switch
        {
            0 => DoctorLine.Warning("drops", $"{store.Description} holds no file yet; a drop is a file such as "
                + "2026-11-21/orders.csv"),
            FilesCounted => DoctorLine.Ok("drops", $"{store.Description} can be read, {FilesCounted} files or more"),
            _ => DoctorLine.Ok("drops", $"{store.Description} can be read, {files} {(files == 1 ? "file" : "files")}"),
        };
        return [found, .. faults.Select(file => DoctorLine.Warning("drops", $"{file.Path}: {file.Fault}"))];
    }

    public async Task<IReadOnlyList<DoctorLine>> ReadReportsAsync(CancellationToken cancellationToken)
    {
        if (!IsKnown || reading.IsWrong("Greenery:Reports") || reading.IsWrong("Greenery:Project"))
        {
            return [DoctorLine.Warning("reports", IsKnown ? "was not looked at: see above" : NotKnown)];
        }
        var store = ReportStores.Open(
            await connections.DropsAsync(cancellationToken), reading.Settings.DropsContainer, reading.Settings.Reports,
            Setting);
        if (Path.IsPathRooted(store.Description) && !Directory.Exists(store.Description))
        {
            return [DoctorLine.Ok("reports", $"{store.Description} is not there yet; the first run makes it")];
        }
        await foreach (var _ in store.ListAsync(cancellationToken))
        {
            break;
        }
        return [DoctorLine.Ok("reports", $"{store.Description} can be read")];
    }

    private string? Setting => reading.Settings.Drops is null ? null : DropStores.UsualSetting;
}
