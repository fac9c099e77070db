using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing;

/// <summary>Why a reader stopped.</summary>
internal enum ReadStep
{
    /// <summary>The window has no further whole row.</summary>
    NeedsInput,

    /// <summary>The output's page is to be handed over.</summary>
    PageIsFull,

    /// <summary>Every row of the file was read.</summary>
    Finished,
}

/// <summary>Reads the rows of one file format from a window, types them, and writes them for COPY.</summary>
internal abstract class RowReader : IDisposable
{
    /// <summary>Columns of the contract, and perhaps <c>_extra</c>, in the order the rows are written.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Columns found that the contract does not know.</summary>
    public abstract IReadOnlyList<string> UnknownColumns { get; }

    /// <summary>
    /// What a file that says so has for columns and types, in its order; null where the values decide on a type.
    /// </summary>
    public virtual IReadOnlyDictionary<string, ColumnType?> DeclaredTypes => new Dictionary<string, ColumnType?>();

    /// <summary>
    /// Of <see cref="UnknownColumns"/>: a file may have a hundred thousand. Their values are kept all the same.
    /// </summary>
    public const int MostUnknownKept = 1000;

    /// <summary>What people should know of the file, once it was read.</summary>
    /// <param name="rows">Rows of the file.</param>
    public virtual IReadOnlyList<string> Notes(long rows) => [];

    /// <summary>Reads what comes before the first row.</summary>
    /// <exception cref="RefusedDropException">The file is not of this format, or lacks columns.</exception>
    public abstract Task OpenAsync(InputWindow window, CancellationToken cancellationToken);

    /// <summary>Gets what <see cref="Read"/> needs to go on: more of the file into the window.</summary>
    /// <exception cref="RefusedDropException">The file cannot be read on.</exception>
    public virtual ValueTask FillAsync(InputWindow window, CancellationToken cancellationToken) =>
        window.FillAsync(cancellationToken);

    /// <summary>Reads as many rows as there are. What was read is consumed from the window.</summary>
    /// <exception cref="RefusedDropException">The file cannot be read on.</exception>
    public abstract ReadStep Read(InputWindow window, RowOutput output);

    /// <summary>Writes the key of a row that was rejected, in the order of the contract's key.</summary>
    /// <returns>False when the key cannot be read.</returns>
    public abstract bool TryWriteKey(ReadOnlySpan<byte> raw, CopyBuffer page);

    public abstract void Dispose();
}
