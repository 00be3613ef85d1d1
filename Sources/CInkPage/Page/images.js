// Pictures for models that see. Servers take PNG and JPEG; anything else that the browser can draw becomes one, and a
// large picture becomes smaller, because models look at far fewer points than a camera has.

const LONGEST_SIDE = 2048;
const LARGEST = 4_000_000;
const TAKEN = ["image/png", "image/jpeg"];

/** A file as a data address. Throws where the browser cannot draw it. */
export async function imageAddress(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  if (TAKEN.includes(file.type) && scale === 1 && file.size <= LARGEST) return await addressOf(file);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const brush = canvas.getContext("2d");
  // JPEG knows no transparency; what is clear becomes white as on paper.
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.9);
}

function addressOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** The pictures among files that were dropped or pasted. */
export function picturesIn(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}
