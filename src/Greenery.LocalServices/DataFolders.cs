namespace Greenery.LocalServices;

/// <summary>Folders for data that other users may have to reach.</summary>
internal static class DataFolders
{
    private const UnixFileMode ForEveryone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// <c>$XDG_DATA_HOME/greenery</c> or what the system has in its place (<c>~/.local/share/greenery</c>); for root
    /// on Linux <c>/var/lib/greenery</c>, because PostgreSQL runs as another user there, who cannot enter root's home.
    /// </summary>
    public static string Default => IsRoot && OperatingSystem.IsLinux()
        ? "/var/lib/greenery"
        : Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "greenery");

    private static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>Makes a folder, for root one that every user may enter whatever the umask is.</summary>
    /// <exception cref="InfrastructureException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        try
        {
            MakeWithParents(Path.GetFullPath(folder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InfrastructureException(
                $"Local services: the folder {folder} cannot be made ({exception.Message}). "
                + $"Make it writable, or choose another one: setting {LocalServicesOptions.DataRootSetting}.",
                exception);
        }
    }

    private static void MakeWithParents(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }
        if (Path.GetDirectoryName(folder) is { } parent)
        {
            MakeWithParents(parent);
        }
        Directory.CreateDirectory(folder);
        if (IsRoot && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, ForEveryone);
        }
    }
}
