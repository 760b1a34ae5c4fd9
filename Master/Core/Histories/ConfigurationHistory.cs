using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire;

namespace PaxosShard.Master.Core.Histories;

/// <summary>
/// All configurations there ever were, in bytes: every 64th is whole, the others say what is different from the one before. So thousands of them take little, and each can
/// be made again from at most 63 others.
/// </summary>
internal sealed class ConfigurationHistory
{
    /// <summary>How many stand between two that are whole, with one of these.</summary>
    public const int FullEvery = 64;

    // What an array and its place in the list take.
    private const int BytesPerConfiguration = 64;

    private readonly List<byte[]> _stored = [];

    // The one that was asked for last, because whoever follows them asks for one after the other. It makes no difference but in time.
    private Configuration _asked = Configuration.Zero;

    /// <summary>The newest one; at first <see cref="Configuration.Zero"/>.</summary>
    public Configuration Latest { get; private set; } = Configuration.Zero;

    /// <summary>Bytes that all of them take.</summary>
    public long Bytes { get; private set; }

    /// <summary>How they are stored, from number 1 on. More may come behind them; nothing else changes.</summary>
    public IReadOnlyList<byte[]> Stored => _stored;

    /// <summary>One of them; it is made anew, but for the newest.</summary>
    /// <param name="number">From 0 to the number of the latest.</param>
    public Configuration this[long number]
    {
        get
        {
            if (number == Latest.Number)
                return Latest;
            if (number == 0)
                return Configuration.Zero;
            long whole = number - ((number - 1) % FullEvery);
            Configuration configuration = _asked.Number >= whole && _asked.Number <= number ? _asked : Configuration.Decode(_stored[(int)(whole - 1)]);
            while (configuration.Number < number)
                configuration = ConfigurationDifference.Apply(configuration, _stored[(int)configuration.Number]);
            return _asked = configuration;
        }
    }

    /// <summary>Adds the next one.</summary>
    /// <exception cref="ArgumentException">It has another number.</exception>
    public void Add(Configuration next)
    {
        if (next.Number != Latest.Number + 1)
            throw new ArgumentException($"configuration {next.Number} does not follow configuration {Latest.Number}", nameof(next));
        byte[] stored = IsWhole(next.Number) ? next.Encode() : ConfigurationDifference.Between(Latest, next);
        _stored.Add(stored);
        Bytes += stored.Length + BytesPerConfiguration;
        Latest = next;
    }

    /// <summary>Makes the next one from how it was stored elsewhere, without adding it.</summary>
    /// <exception cref="WireFormatException">The bytes are not those of the next one.</exception>
    public Configuration Read(ReadOnlySpan<byte> stored)
    {
        long number = Latest.Number + 1;
        Configuration next = IsWhole(number) ? Configuration.Decode(stored) : ConfigurationDifference.Apply(Latest, stored);
        return next.Number == number ? next : throw new WireFormatException($"configuration {next.Number} stands where {number} has to stand");
    }

    private static bool IsWhole(long number) => (number - 1) % FullEvery == 0;
}
