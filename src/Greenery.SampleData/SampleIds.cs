using System.Buffers.Binary;

namespace Greenery.SampleData;

/// <summary>Derives uuids and lasting traits from the seed and a number, so none has to be kept in memory.</summary>
internal sealed class SampleIds(int seed)
{
    private readonly ulong _seed = SeededRandom.Mix((ulong)(uint)seed);

    /// <summary>64 bits that belong to this number for good: which name a user has, which street an address.</summary>
    public ulong Trait(IdKind kind, long number) =>
        SeededRandom.Mix(SeededRandom.Mix(_seed + (ulong)kind) + (ulong)number);

    /// <summary>A stream of chance of its own for this number, say for one day.</summary>
    public SeededRandom RandomFor(IdKind kind, long number) => new(Trait(kind, number));

    /// <summary>A uuid with the version and variant bits of a random one (RFC 9562, version 4).</summary>
    public Guid Uuid(IdKind kind, long number)
    {
        Span<byte> bytes = stackalloc byte[16];
        var first = Trait(kind, number);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, first);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], SeededRandom.Mix(first ^ _seed));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
