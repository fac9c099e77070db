namespace Greenery.LocalServices;

/// <summary>A lock between processes: an open file. The system lets go of a killed process's lock.</summary>
internal static class FileLock
{
    private static readonly TimeSpan _retry = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock; disposing the result lets go of it.</summary>
    /// <exception cref="InfrastructureException">The file cannot be written.</exception>
    public static async Task<IDisposable> AcquireAsync(string file, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAcquire(file) is { } acquired)
            {
                return acquired;
            }
            await Task.Delay(_retry, cancellationToken);
        }
    }

    /// <summary>The lock, or null while another process (or another part of this one) has it.</summary>
    public static IDisposable? TryAcquire(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new InfrastructureException(
                $"Local services: {file} cannot be written ({exception.Message}). "
                + $"Make its folder writable, or choose another one: setting {LocalServicesOptions.DataRootSetting}.",
                exception);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
