namespace Greenery.Cli.Output;

/// <summary>A page that a command writes to a file a user names.</summary>
internal static class PageFile
{
    /// <summary>Writes it whole, replacing one that is there.</summary>
    /// <exception cref="ConfigurationException">There cannot be such a file.</exception>
    public static async Task WriteAsync(string path, string page, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, page, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw new ConfigurationException(
                $"--out {path}",
                $"cannot be written: {exception.Message} Name a file in a folder that is there and that you may "
                    + $"write to.");
        }
    }
}
