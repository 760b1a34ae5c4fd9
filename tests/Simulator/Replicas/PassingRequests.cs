using System.Runtime.InteropServices;
using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Simulator.Replicas;

/// <summary>
/// Hands requests to a core the way the product's driver does: their commands are there for one step and not longer. Behind it there is something else in their place, so that a core that has kept one without a copy
/// executes what nobody has asked for.
/// </summary>
internal sealed class PassingRequests
{
    private const byte Spoiled = 0xEE;

    private readonly List<Input> _inputs = [];
    private byte[] _commands = [];
    private int _handed;

    /// <summary>The inputs, for one step.</summary>
    public Span<Input> Hand(ReadOnlySpan<Input> inputs)
    {
        int bytes = 0;
        foreach (Input input in inputs)
            bytes += CommandOf(in input).Length;
        if (_commands.Length < bytes)
            _commands = new byte[2 * bytes];
        _handed = bytes;
        _inputs.Clear();
        int next = 0;
        foreach (Input input in inputs)
        {
            ReadOnlyMemory<byte> command = CommandOf(in input);
            command.CopyTo(_commands.AsMemory(next));
            _inputs.Add(command.IsEmpty ? input : Input.FromClient(input.Client, input.Request with { Command = _commands.AsMemory(next, command.Length) }));
            next += command.Length;
        }

        return CollectionsMarshal.AsSpan(_inputs);
    }

    /// <summary>The step is over.</summary>
    public void Spoil() => _commands.AsSpan(0, _handed).Fill(Spoiled);

    private static ReadOnlyMemory<byte> CommandOf(in Input input) => input.Kind == InputKind.ClientRequest ? input.Request.Command : default;
}
