namespace Greenery.SampleData;

/// <summary>
/// The chance of the sample shop: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
/// 2014). Own code because the samples promise the same bytes on every machine and runtime, and because it can be
/// dealt anew for any purpose by its state alone. Whole numbers only: logarithms and powers differ between processors
/// in the last bit.
/// </summary>
internal sealed class SeededRandom(ulong state)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    /// <summary>A well mixed number of a number; different for different numbers.</summary>
    public static ulong Mix(ulong number)
    {
        number += Step;
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }

    /// <summary>From 0 to below <paramref name="limit"/>.</summary>
    public int Next(int limit)
    {
        var mixed = Mix(_state);
        _state += Step;
        return (int)Math.BigMul(mixed, (ulong)limit, out _);
    }

    /// <summary>From <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public int Between(int from, int to) => from + Next(to - from + 1);

    /// <summary>True in <paramref name="percent"/> of 100 throws.</summary>
    public bool Chance(int percent) => Next(100) < percent;
}
