using Parquet;
using Parquet.Schema;
using Parquet.Serialization;

namespace Greenery.Tests.Staging;

/// <summary>Writes Parquet files: columns of values, cut into row groups.</summary>
internal static class ParquetDrop
{
    /// <summary>A column, and what writes some of its values.</summary>
    public sealed record Column(Field Field, int Count, Func<ParquetRowGroupWriter, Range, Task> WriteAsync);

    public static Column Of<T>(string name, params T?[] values)
        where T : struct => Of(new DataField<T>(name, nullable: true), values);

    public static Column Of<T>(DataField field, params T?[] values)
        where T : struct => new(field, values.Length, (group, range) =>
            field.IsNullable
                ? group.WriteAsync<T>(field, values[range])
                : group.WriteAsync<T>(field, values[range].Select(value => value!.Value).ToArray()));

    public static Column Text(string name, params string?[] values)
    {
        var field = new DataField<string>(name, nullable: true);
        return new(field, values.Length, (group, range) => group.WriteAsync(field, values[range]));
    }

    public static Column Bytes(string name, params byte[]?[] values)
    {
        var field = new DataField<byte[]>(name, nullable: true);
        return new(field, values.Length, (group, range) => group.WriteAsync(field, values[range]));
    }

    /// <summary>A list of each row; null, empty, or with elements that may be null.</summary>
    public static Column List(string name, params int?[]?[] rows)
    {
        var item = new DataField<int>("element", nullable: true);
        return new(new ListField(name, item), rows.Length, (group, range) =>
        {
            var places = rows[range].SelectMany(row => row is null or []
                ? [new ListPlace(0, row is null ? 0 : 1, null)]
                : row.Select((value, at) => new ListPlace(at == 0 ? 0 : 1, value is null ? 2 : 3, value)))
                .ToArray();
            return group.WriteAllPartsAsync<int>(
                item, places.Where(place => place.Definition == 3).Select(place => place.Value!.Value).ToArray(),
                places.Select(place => place.Definition).ToArray(), places.Select(place => place.Repetition).ToArray(),
                CancellationToken.None);
        });
    }

    private sealed record ListPlace(int Repetition, int Definition, int? Value);

    public static Task<byte[]> WriteAsync(params Column[] columns) => WriteAsync(new ParquetOptions(), null, columns);

    /// <param name="options">How it is written.</param>
    /// <param name="rowsOfGroup">Of each row group; null for one row group.</param>
    /// <param name="columns">Of the file.</param>
    public static async Task<byte[]> WriteAsync(ParquetOptions options, int? rowsOfGroup, params Column[] columns)
    {
        var target = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema([.. columns.Select(column => column.Field)]), target, options))
        {
            var rows = columns[0].Count;
            for (var first = 0; first < Math.Max(rows, 1); first += rowsOfGroup ?? Math.Max(rows, 1))
            {
                using var group = writer.CreateRowGroup();
                foreach (var column in columns)
                {
                    await column.WriteAsync(group, first..Math.Min(rows, first + (rowsOfGroup ?? rows)));
                }
            }
        }
        return target.ToArray();
    }

    /// <summary>Rows of a class, with its lists, objects and maps.</summary>
    public static async Task<byte[]> SerializeAsync<T>(params T[] rows)
    {
        var target = new MemoryStream();
        await ParquetSerializer.SerializeAsync(rows, target);
        return target.ToArray();
    }
}
