using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>A machine that runs random commands on a few names, many of them in the same arcs, and a naive one that does the same.</summary>
internal sealed class RunningShard(Random random)
{
    public const int MaximumRooms = 25;
    public const long MaximumKeyBytes = 6000;

    private static readonly string[] _names = [.. NamesIn(0, 12), .. NamesIn(1, 12), .. NamesIn(2048, 3), .. NamesIn(Arc.Count - 1, 12)];

    public ShardMachine Machine { get; } = new(MaximumRooms, MaximumKeyBytes);

    public NaiveShard Naive { get; } = new();

    /// <summary>What ran, and what it was answered.</summary>
    public List<(byte[] Command, long Wall, CommandResult Result)> Ran { get; } = [];

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
        long wall = random.Next(1_000_000);
        CommandResult result = Machine.Apply(command, wall);
        Naive.Apply(command, wall, result);
        Ran.Add((command, wall, result));
    }

    private byte[] Draw()
    {
        string name = _names[random.Next(_names.Length)];
        byte[] key = Encoding.UTF8.GetBytes(name);
        byte[] value = new byte[random.Next(8) == 0 ? random.Next(500) : random.Next(20)];
        random.NextBytes(value);
        return random.Next(10) switch
        {
            < 3 => KeyCommand.Put(key, value).Encode(),
            3 => KeyCommand.Append(key, value).Encode(),
            < 6 => KeyCommand.Delete(key).Encode(),
            6 => KeyCommand.CompareAndSet(key, expected: null, value).Encode(),
            _ => new SendMessageCommand(name, "ann", new string('t', random.Next(40))).Encode(),
        };
    }
}
