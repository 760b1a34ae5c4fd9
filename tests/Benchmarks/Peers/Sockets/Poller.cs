namespace PaxosShard.Benchmarks.Peers.Sockets;

/// <summary>Descriptors that one thread waits for together.</summary>
internal sealed class Poller
{
    private const int Nothing = -1;

    private readonly List<int> _free = [];
    private PollDescriptor[] _descriptors = [];

    /// <summary>Adds a descriptor, to be waited for until there is something to read.</summary>
    /// <returns>Its place, by which it is known here.</returns>
    public int Add(int descriptor)
    {
        int place = _descriptors.Length;
        if (_free.Count > 0)
        {
            place = _free[^1];
            _free.RemoveAt(_free.Count - 1);
        }
        else
        {
            Array.Resize(ref _descriptors, place + 1);
        }

        _descriptors[place] = new PollDescriptor { Descriptor = descriptor, Wanted = SystemCalls.CanRead };
        return place;
    }

    /// <summary>Waits for it no longer; its place is given to another one.</summary>
    public void Remove(int place)
    {
        _descriptors[place] = new PollDescriptor { Descriptor = Nothing };
        _free.Add(place);
    }

    /// <summary>Waits also for room to write, or no longer.</summary>
    public void WaitForRoom(int place, bool isWanted) => _descriptors[place].Wanted = isWanted ? (short)(SystemCalls.CanRead | SystemCalls.CanWrite) : SystemCalls.CanRead;

    /// <summary>Waits until something has happened.</summary>
    /// <param name="milliseconds">Longest time; below zero for no end.</param>
    /// <returns>False when nothing has.</returns>
    public bool Wait(int milliseconds)
    {
        if (SystemCalls.Poll(_descriptors, milliseconds) > 0)
            return true;
        foreach (ref PollDescriptor descriptor in _descriptors.AsSpan())
            descriptor.Happened = 0;
        return false;
    }

    /// <summary>There is something to read, or the connection has ended; as of the last wait.</summary>
    public bool CanRead(int place) => (_descriptors[place].Happened & ~SystemCalls.CanWrite) != 0;

    /// <summary>There is room to write; as of the last wait.</summary>
    public bool CanWrite(int place) => (_descriptors[place].Happened & SystemCalls.CanWrite) != 0;
}
