using System.CommandLine;
using PaxosShard.Programs;
using PaxosShard.Replica.Hosting;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.App;

/// <summary>The options that say how much the machine of a group holds. All replicas of a group have the same at every start, and so has whoever executes its log.</summary>
internal sealed class MachineOptions
{
    private readonly Option<long> _stateBytes = new Option<long>("--state-bytes")
    {
        Description = "Most bytes of keys, values and messages (default: 1 GiB); full means rejected. The same on all replicas and at every start, as the next three", HelpName = "N",
        DefaultValueFactory = _ => ShardMachine.DefaultStateBytes,
    }.AtLeast(0L);

    private readonly Option<long> _roomMessages = new Option<long>("--room-messages") { Description = "Messages that are kept of each room; 0: all (default: all)", HelpName = "N", DefaultValueFactory = _ => 0 }.AtLeast(0L);
    private readonly Option<long> _roomBytes = new Option<long>("--room-bytes") { Description = "Bytes of messages that are kept of each room; 0: all (default: all)", HelpName = "N", DefaultValueFactory = _ => 0 }.AtLeast(0L);
    private readonly Option<string> _roomAge = new("--room-age") { Description = "How long a message is kept: 90s, 15m, 12h, 30d; 0: for good (default: for good)", HelpName = "T", DefaultValueFactory = _ => "0" };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_stateBytes);
        command.Options.Add(_roomMessages);
        command.Options.Add(_roomBytes);
        command.Options.Add(_roomAge);
    }

    /// <summary>What makes a machine as a command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="shard">The group when it is a shard, which serves the arcs that it was given; none: it serves all of them.</param>
    /// <returns>Makes it; told of each message, unless that is null.</returns>
    /// <exception cref="InvalidOptionsException">An option breaks a rule.</exception>
    public Func<Action<SentMessage>?, ShardMachine> Of(ParseResult parsed, GroupId shard)
    {
        long stateBytes = parsed.GetValue(_stateBytes);
        string age = parsed.GetRequiredValue(_roomAge);
        if (!LongTime.TryParse(age, out long milliseconds))
            throw new InvalidOptionsException($"--room-age: '{age}' is no time; write 90s, 15m, 12h or 30d");
        RoomRetention retention = new(parsed.GetValue(_roomMessages), parsed.GetValue(_roomBytes), milliseconds);
        retention.Validate();
        return onSent => new ShardMachine(ShardMachine.DefaultRooms, stateBytes, retention, onSent, shard);
    }
}
