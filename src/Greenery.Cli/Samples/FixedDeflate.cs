using System.Buffers.Binary;
using System.Numerics;

namespace Greenery.Cli.Samples;

/// <summary>
/// The simplest deflate that earns its name (RFC 1951): every chunk is one block with the fixed codes, a repetition is
/// found by one look into a table of where four bytes were last seen. Enough for ids and addresses that come again.
/// </summary>
internal sealed class FixedDeflate(Stream to)
{
    public const int LongestChunk = 64 * 1024;

    private const int EndOfBlock = 256;
    private const int Shortest = 4;
    private const int Longest = 258;
    private const int Farthest = 32 * 1024;
    private const int HashBits = 14;

    private static readonly (uint Code, int Bits)[] Symbols = [.. Enumerable.Range(0, 288).Select(CodeOf)];

    // Behind each chunk that much of output is written down; a byte takes 9 bits at most.
    private readonly byte[] _out = new byte[LongestChunk * 9 / 8 + 64];
    private readonly int[] _seen = new int[1 << HashBits];
    private int _written;
    private ulong _bits;
    private int _bitCount;

    /// <summary>Compresses a chunk of at most <see cref="LongestChunk"/> bytes; nothing may follow the last.</summary>
    public void Write(ReadOnlySpan<byte> chunk, bool isLast)
    {
        Array.Fill(_seen, -1);
        Put(isLast ? 0b011u : 0b010u, 3);
        var at = 0;
        while (at < chunk.Length)
        {
            var length = Repetition(chunk, at, out var distance);
            if (length >= Shortest)
            {
                PutLength(length);
                PutDistance(distance);
                at += length;
            }
            else
            {
                PutSymbol(chunk[at]);
                at++;
            }
        }
        PutSymbol(EndOfBlock);
        if (isLast)
        {
            Put(0, 7 - ((_bitCount + 7) % 8));
        }
        to.Write(_out, 0, _written);
        _written = 0;
    }

    private int Repetition(ReadOnlySpan<byte> chunk, int at, out int distance)
    {
        distance = 0;
        if (at + Shortest > chunk.Length)
        {
            return 0;
        }
        var hash = (BinaryPrimitives.ReadUInt32LittleEndian(chunk[at..]) * 2654435761u) >> (32 - HashBits);
        var before = _seen[hash];
        _seen[hash] = at;
        distance = at - before;
        return before < 0 || distance > Farthest
            ? 0
            : chunk[at..Math.Min(chunk.Length, at + Longest)].CommonPrefixLength(chunk[before..]);
    }

    private void PutLength(int length)
    {
        var value = length - 3;
        if (length == Longest)
        {
            PutSymbol(285);
        }
        else if (value < 8)
        {
            PutSymbol(257 + value);
        }
        else
        {
            var log = BitOperations.Log2((uint)value);
            PutSymbol(257 + (4 * (log - 1)) + ((value >> (log - 2)) & 3));
            Put((uint)value & ((1u << (log - 2)) - 1), log - 2);
        }
    }

    private void PutDistance(int distance)
    {
        var value = distance - 1;
        if (value < 4)
        {
            Put(Reversed((uint)value, 5), 5);
            return;
        }
        var log = BitOperations.Log2((uint)value);
        Put(Reversed((uint)((2 * log) + ((value >> (log - 1)) & 1)), 5), 5);
        Put((uint)value & ((1u << (log - 1)) - 1), log - 1);
    }

    private void PutSymbol(int symbol) => Put(Symbols[symbol].Code, Symbols[symbol].Bits);

    // The fixed codes of RFC 1951, section 3.2.6.
    private static (uint Code, int Bits) CodeOf(int symbol)
    {
        var (code, bits) = symbol switch
        {
            < 144 => (0b0011_0000 + symbol, 8),
            < 256 => (0b1_1001_0000 + symbol - 144, 9),
            < 280 => (symbol - 256, 7),
            _ => (0b1100_0000 + symbol - 280, 8),
        };
        return (Reversed((uint)code, bits), bits);
    }

    // Codes are packed from their highest bit, everything else from its lowest.
    private static uint Reversed(uint code, int bits)
    {
        var reversed = 0u;
        for (var bit = 0; bit < bits; bit++)
        {
            reversed |= ((code >> bit) & 1) << (bits - 1 - bit);
        }
        return reversed;
    }

    private void Put(uint value, int bits)
    {
        _bits |= (ulong)value << _bitCount;
        _bitCount += bits;
        while (_bitCount >= 8)
        {
            _out[_written++] = (byte)_bits;
            _bits >>= 8;
            _bitCount -= 8;
        }
    }
}
