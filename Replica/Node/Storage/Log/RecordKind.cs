namespace PaxosShard.Replica.Node.Storage;

/// <summary>What a record of the log says. The numbers are on disks: new ones are added, none is changed.</summary>
internal enum RecordKind : byte
{
    /// <summary>None: never written.</summary>
    None = 0,

    /// <summary>This replica accepted the entry.</summary>
    Accepted = 1,

    /// <summary>This replica learned that the entry is decided.</summary>
    Learned = 2,

    /// <summary>The open end of lost slots is closed: nothing that was lost before this hides anything above its slot.</summary>
    OpenEndClosed = 3,
}
