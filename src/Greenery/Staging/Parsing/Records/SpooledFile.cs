namespace Greenery.Staging.Parsing.Records;

/// <summary>
/// A drop as a file of the temp folder: formats whose directory is at their end cannot be read as they arrive.
/// </summary>
internal static class SpooledFile
{
    /// <summary>Takes all that the window has, and is to have; at its beginning again.</summary>
    /// <exception cref="InfrastructureException">The temp folder has no room.</exception>
    public static async Task<FileStream> CreateAsync(InputWindow window, CancellationToken cancellationToken)
    {
        var file = Try(() => TempFile.Create("drop"));
        try
        {
            while (true)
            {
                Append(file, window);
                if (window.IsFinal)
                {
                    break;
                }
                await window.FillAsync(cancellationToken);
            }
            Try(() => file.Seek(0, SeekOrigin.Begin));
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private static void Append(FileStream file, InputWindow window)
    {
        try
        {
            file.Write(window.Unread);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NoRoom(exception);
        }
        window.Consume(window.Unread.Length);
    }

    private static T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NoRoom(exception);
        }
    }

    private static InfrastructureException NoRoom(Exception exception) => new(
        $"The temp folder {Path.GetTempPath()} cannot take a drop that is read from there (Excel, Parquet): "
        + $"{exception.Message} Make room there, or name another folder (TMPDIR, on Windows TEMP), and run again.",
        exception);
}
