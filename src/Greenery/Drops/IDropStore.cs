namespace Greenery.Drops;

/// <summary>Where drops come from. Two implementations, one behaviour: blob storage and a folder.</summary>
public interface IDropStore
{
    /// <summary>For messages: the container's address without credentials, or the folder's path.</summary>
    string Description { get; }

    /// <summary>
    /// All files, in ordinal order of their paths, those that cannot be read with their fault. A container or folder
    /// that is not there is a fault.
    /// </summary>
    /// <exception cref="InfrastructureException">The store cannot be reached or does not let us in.</exception>
    IAsyncEnumerable<DropFile> ListAsync(CancellationToken cancellationToken);

    /// <summary>Opens the version of the file that was listed.</summary>
    /// <exception cref="DropChangedException">It was changed or deleted since.</exception>
    /// <exception cref="DropUnreadableException">It is in the archive tier.</exception>
    /// <exception cref="InfrastructureException">The store cannot be reached or does not let us in.</exception>
    Task<Stream> OpenAsync(DropFile file, CancellationToken cancellationToken);

    /// <summary>Writes a file whole (it appears at once or not at all), replacing one of the same path.</summary>
    Task WriteAsync(string path, Stream content, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a file that was listed, if it is still that version. For pages that Greenery has written: drops are
    /// never deleted.
    /// </summary>
    /// <exception cref="InfrastructureException">The store cannot be reached or does not let us in.</exception>
    Task DeleteAsync(DropFile file, CancellationToken cancellationToken);
}
