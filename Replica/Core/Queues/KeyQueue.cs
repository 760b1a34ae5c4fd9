using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Core.Queues;

/// <summary>The operations that wait on one key or room, in the order of their places. There is none without operations.</summary>
/// <param name="space">In which space the name is.</param>
/// <param name="name">The name; nobody writes to these bytes.</param>
public sealed class KeyQueue(int space, ReadOnlyMemory<byte> name)
{
    // Places ascend: whatever comes, comes behind what is there.
    private readonly List<QueuedOperation> _operations = [];
    private int _unordered;

    /// <summary>In which space the name is.</summary>
    public int Space => space;

    /// <summary>The name of the key or room.</summary>
    public ReadOnlyMemory<byte> Name => name;

    /// <summary>The operations, in the order in which they run.</summary>
    public IReadOnlyList<QueuedOperation> Operations => _operations;

    /// <summary>There are operations of sessions without order, whose clients hear nothing before they run.</summary>
    public bool HasUnordered => _unordered > 0;

    /// <summary>Bytes of their commands.</summary>
    public long CommandBytes { get; private set; }

    /// <summary>The one that runs next.</summary>
    internal QueuedOperation? Head => _operations.Count == 0 ? null : _operations[0];

    internal void Add(QueuedOperation operation)
    {
        Invariant.Holds(_operations.Count == 0 || _operations[^1].Place < operation.Place);
        _operations.Add(operation);
        CommandBytes += operation.Command.Length;
        _unordered += operation.Session.IsOrdered ? 0 : 1;
    }

    internal void Remove(QueuedOperation operation)
    {
        int index = 0;
        while (_operations[index].Place != operation.Place)
            index++;
        _operations.RemoveAt(index);
        CommandBytes -= operation.Command.Length;
        _unordered -= operation.Session.IsOrdered ? 0 : 1;
    }
}
