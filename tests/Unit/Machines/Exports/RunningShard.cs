using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>A machine that runs random commands on a few names, many of them in the same arcs, and a naive one that does the same.</summary>
internal sealed class RunningShard
{
    public const int MaximumRooms = 25;
    public const long MaximumStateBytes = 24_000;

    private static readonly string[] _names = [.. NamesIn(0, 12), .. NamesIn(1, 12), .. NamesIn(2048, 3), .. NamesIn(Arc.Count - 1, 12)];

    private readonly Random _random;
    private long _logTime = 1000;

    public RunningShard(Random random)
    {
        _random = random;
        Retention = new RoomRetention(
            random.Next(2) == 0 ? random.Next(1, 8) : 0, random.Next(3) == 0 ? random.Next(50, 400) : 0, random.Next(2) == 0 ? random.Next(1, 800) : 0);
        Machine = new ShardMachine(MaximumRooms, MaximumStateBytes, Retention);
        Naive = new NaiveShard(Retention);
    }

    public RoomRetention Retention { get; }

    public ShardMachine Machine { get; }

    public NaiveShard Naive { get; }

    /// <summary>What ran, and what it was answered.</summary>
    public List<(byte[] Command, long Wall, long LogTime, CommandResult Result)> Ran { get; } = [];

    /// <summary>The first names in an arc, of those that this finds.</summary>
    public static IEnumerable<string> NamesIn(int arc, int count) =>
        Enumerable.Range(0, int.MaxValue).Select(static number => $"n{number}").Where(name => Arc.Of(Encoding.UTF8.GetBytes(name)).Number == arc).Take(count);

    public void Run(int commands)
    {
        for (; commands > 0; commands--)
            Run(Draw());
    }

    private void Run(byte[] command)
    {
        long wall = _random.Next(1_000_000);
        _logTime += _random.Next(10);
        CommandResult result = Machine.Apply(command, wall, _logTime);
        Naive.Apply(command, wall, _logTime, result);
        Ran.Add((command, wall, _logTime, result));
    }

    private byte[] Draw()
    {
        string name = _names[_random.Next(_names.Length)];
        byte[] key = Encoding.UTF8.GetBytes(name);
        byte[] value = new byte[_random.Next(8) == 0 ? _random.Next(500) : _random.Next(20)];
        _random.NextBytes(value);
        return _random.Next(10) switch
        {
            < 3 => KeyCommand.Put(key, value).Encode(),
            3 => KeyCommand.Append(key, value).Encode(),
            < 6 => KeyCommand.Delete(key).Encode(),
            6 => KeyCommand.CompareAndSet(key, expected: null, value).Encode(),
            _ => new SendMessageCommand(name, "ann", new string('t', _random.Next(40))).Encode(),
        };
    }
}
