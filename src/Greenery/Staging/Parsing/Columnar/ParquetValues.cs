using Greenery.Staging.Parsing.Records;
using Parquet;
using Parquet.Schema;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>Values of one type as Parquet.Net reads them.</summary>
/// <param name="write">Writes one of them as JSON.</param>
internal sealed class ParquetValues<T>(Func<T, RecordJson, ParquetFault?> write) : ParquetLeaf
    where T : struct
{
    private T[] _values = [];
    private int _next;

    protected override async Task ReadAsync(
        ParquetRowGroupReader group, DataField field, int count, Memory<int>? definitions, Memory<int>? repetitions,
        CancellationToken cancellationToken)
    {
        // Values of the row group before it must not be taken for values of this one.
        _values = new T[count];
        _next = 0;
        await group.ReadRawAsync<T>(field, _values, definitions, repetitions, cancellationToken);
    }

    protected override ParquetFault? WriteNext(RecordJson row) => write(_values[_next++], row);
}
