namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// A decided slot as a header notes it: of every slot up to it the value is decided that the records before the note hold. Where a
/// snapshot stood for slots when it was noted, the log may hold an older vote in them, or nothing; so without that snapshot, or a later one, the
/// note says nothing.
/// </summary>
/// <param name="Slot">The decided slot.</param>
/// <param name="RestsOn">The slot of the snapshot that the note rests on; 0 when it rests on records alone.</param>
internal readonly record struct DecidedNote(long Slot, long RestsOn);
