using System.Globalization;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.LocalServices;

namespace Greenery.Cli.Diagnosis;

/// <summary>The room on this machine's disks; what a database server of another machine has is not seen from here.
/// </summary>
internal static class DiskLines
{
    private const long Little = ByteSizes.Gigabyte;
    private const long TooLittle = 100 * ByteSizes.Megabyte;

    public static IReadOnlyList<DoctorLine> Of(HostReading reading) =>
    [
        Look("the temp folder, for drops of Excel and Parquet", Path.GetTempPath()),
        .. reading.Settings.Warehouse is null || reading.Settings.Drops is null
            ? [Look("local services", reading.Settings.LocalData ?? new LocalServicesOptions().DataRoot)]
            : Array.Empty<DoctorLine>(),
        .. reading.Settings.Drops is { } drops && Directory.Exists(drops)
            ? [Look("drops and reports", drops)] : Array.Empty<DoctorLine>(),
    ];

    /// <summary>The line for a folder with so much room.</summary>
    public static DoctorLine Describe(string purpose, string folder, long free, long total)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{folder} ({purpose}): {ByteSizes.InGigabytes(free):0.0} of {ByteSizes.InGigabytes(total):0.0} GB free");
        return free switch
        {
            < TooLittle => DoctorLine.Failed("disk", $"{text}; expected 1 GB or more. Make room."),
            < Little => DoctorLine.Warning("disk", $"{text}; expected 1 GB or more. Make room."),
            _ => DoctorLine.Ok("disk", text),
        };
    }

    private static DoctorLine Look(string purpose, string folder)
    {
        try
        {
            var drive = new DriveInfo(Existing(Path.GetFullPath(folder)));
            return Describe(purpose, folder, drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return DoctorLine.Warning("disk", $"{folder} ({purpose}): its room is not known: {exception.Message}");
        }
    }

    // Of a folder that is not there yet, the one in which it is made.
    private static string Existing(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }
        return folder;
    }
}
