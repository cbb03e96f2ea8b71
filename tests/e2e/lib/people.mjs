// Made-up persons. Their ID numbers begin with a region that does not exist; their pictures are drawn.
import { join } from 'node:path';
import { drawIdentityPictures } from '../../support/installation.mjs';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
let serial = 100;

export function idNumber(birth, sex) {
  serial += 1;
  const order = serial * 2 + (sex === '1' ? 1 : 0);
  const digits = `990101${birth.replaceAll('-', '')}${String(order % 1000).padStart(3, '0')}`;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return digits + '10X98765432'[sum % 11];
}

/** A person with drawn pictures; `world.pictures` keeps them. `drawing`: how, where the province asks for its own size. */
export function person(world, { name = '王小明', sex = '1', birth = '1998-03-17', drawing } = {}) {
  const number = idNumber(birth, sex);
  const phone = `139${number.slice(9, 17)}`;
  const pictures = Object.fromEntries(['portrait', 'id_card_front', 'id_card_back'].map((kind) => [kind, `${number}-${kind}.jpg`]));
  drawIdentityPictures(world.build, world.pictures, { fields: { name, id_number: number, sex, birth_date: birth }, pictures, drawing });
  for (const kind of Object.keys(pictures)) pictures[kind] = join(world.pictures, pictures[kind]);
  return { name, sex, birth, number, phone, email: `k${number.slice(-6, -1)}@example.com`, password: 'kaoshi2026xj', pictures };
}
