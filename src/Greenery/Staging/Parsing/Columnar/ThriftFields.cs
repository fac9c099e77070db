using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>
/// The whole numbers of a structure in Thrift's compact protocol, two levels deep; the rest of it is skipped.
/// </summary>
internal sealed class ThriftFields
{
    // A page header has two levels; statistics in it one more.
    private const int MostLevels = 8;

    private const int True = 1, False = 2, Byte = 3, Double = 7, Binary = 8, List = 9, Set = 10, Map = 11, Struct = 12;
    private const int BytesOfDouble = 8;

    private readonly Dictionary<(int Outer, int Inner), long> _numbers = [];

    private ThriftFields()
    {
    }

    /// <summary>A field of the structure; 0 when it is not there.</summary>
    public long this[int id] => _numbers.GetValueOrDefault((id, 0));

    /// <summary>A field of a structure in it; 0 when it is not there.</summary>
    public long this[int outer, int inner] => _numbers.GetValueOrDefault((outer, inner));

    /// <summary>Whether the structure has the field.</summary>
    public bool Has(int id) => _numbers.ContainsKey((id, 0));

    /// <summary>A flag of a structure in it.</summary>
    public bool IsTrue(int outer, int inner, bool otherwise) =>
        _numbers.TryGetValue((outer, inner), out var flag) ? flag == True : otherwise;

    /// <exception cref="DamagedFileException">The bytes are no such structure.</exception>
    public static ThriftFields Read(Stream stream)
    {
        var fields = new ThriftFields();
        fields.ReadStruct(stream, 0, 0);
        return fields;
    }

    private void ReadStruct(Stream stream, int outer, int level)
    {
        EnsureShallow(level);
        var id = 0;
        for (var head = ReadByte(stream); head != 0; head = ReadByte(stream))
        {
            id = head >> 4 == 0 ? (int)ReadNumber(stream) : id + (head >> 4);
            var kind = head & 0x0F;
            var number = kind == Struct && level == 0 ? ReadInner(stream, id) : ReadValue(stream, kind, level);
            if (level <= 1)
            {
                _numbers[level == 0 ? (id, 0) : (outer, id)] = number;
            }
        }
    }

    private static void EnsureShallow(int level)
    {
        if (level > MostLevels)
        {
            throw new DamagedFileException("A header has structures in structures without end");
        }
    }

    private long ReadInner(Stream stream, int id)
    {
        ReadStruct(stream, id, 1);
        return 0;
    }

    private long ReadValue(Stream stream, int kind, int level)
    {
        EnsureShallow(level);
        switch (kind)
        {
            case True or False:
                return kind;
            case Byte:
                return ReadByte(stream);
            case > Byte and < Double:
                return ReadNumber(stream);
            case Double:
                Skip(stream, BytesOfDouble);
                return 0;
            case Binary:
                Skip(stream, ReadLength(stream));
                return 0;
            case Struct:
                ReadStruct(stream, 0, Math.Max(level + 1, 2));
                return 0;
            case List or Set:
                SkipList(stream, level + 1);
                return 0;
            case Map:
            default:
                throw new DamagedFileException($"A header has a field of the unknown kind {kind}");
        }
    }

    private void SkipList(Stream stream, int level)
    {
        var head = ReadByte(stream);
        var count = head >> 4 == 0x0F ? ReadLength(stream) : head >> 4;
        for (var i = 0L; i < count; i++)
        {
            // In a list, a flag has a byte of its own.
            ReadValue(stream, (head & 0x0F) is True or False ? Byte : head & 0x0F, level);
        }
    }

    private static void Skip(Stream stream, long count)
    {
        if (count > stream.Length - stream.Position)
        {
            throw new EndOfStreamException("A header is longer than the file");
        }
        stream.Seek(count, SeekOrigin.Current);
    }

    private static long ReadNumber(Stream stream)
    {
        var number = ReadLength(stream);
        return (number >>> 1) ^ -(number & 1);
    }

    private static long ReadLength(Stream stream)
    {
        var number = 0L;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = ReadByte(stream);
            number |= (part & 0x7FL) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }
        throw new DamagedFileException("A header has a number without an end");
    }

    private static int ReadByte(Stream stream) => stream.ReadByte() is var part and >= 0
        ? part
        : throw new EndOfStreamException("A header is longer than the file");
}
