namespace PaxosShard.Tests.Unit.Durability;

/// <summary>A system call that was made: its place among all of them, from 1, what it is, and the file or directory.</summary>
internal readonly record struct DiskCall(int Number, DiskCallKind Kind, string Name)
{
    public override string ToString() => $"call {Number}, {Kind} of {Name}";
}

/// <summary>The system calls of the store, told apart by what they are for.</summary>
internal enum DiskCallKind
{
    Open,
    Create,
    OpenDirectory,
    Read,
    Write,
    SetDirect,
    SyncData,
    SyncDirectory,
    SetLength,
    Length,
    Rename,
    Delete,
    Lock,
    MakeDirectory,
    List,
}
