namespace PaxosShard.Replica.Core.Queues;

/// <summary>The operations that wait on one key or room, in the order of their places. There is none without operations.</summary>
/// <param name="space">In which space the name is.</param>
/// <param name="name">The name; nobody writes to these bytes.</param>
public sealed class KeyQueue(int space, ReadOnlyMemory<byte> name)
{
    private readonly SortedList<long, QueuedOperation> _operations = [];

    /// <summary>In which space the name is.</summary>
    public int Space => space;

    /// <summary>The name of the key or room.</summary>
    public ReadOnlyMemory<byte> Name => name;

    /// <summary>The operations, in the order in which they run.</summary>
    public IList<QueuedOperation> Operations => _operations.Values;

    /// <summary>Bytes of their commands.</summary>
    public long CommandBytes { get; private set; }

    /// <summary>The one that runs next.</summary>
    internal QueuedOperation? Head => _operations.Count == 0 ? null : _operations.Values[0];

    internal void Add(QueuedOperation operation)
    {
        _operations.Add(operation.Place, operation);
        CommandBytes += operation.Command.Length;
    }

    internal void Remove(QueuedOperation operation)
    {
        _operations.Remove(operation.Place);
        CommandBytes -= operation.Command.Length;
    }
}
